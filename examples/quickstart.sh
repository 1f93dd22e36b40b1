#!/bin/sh
# Makes .venv in the project's top folder, installs dabiao into it and shows the Yinchuan plan as
# of 25 November 2023. Works on a fresh Debian or Ubuntu machine, as root or with sudo; without
# either where the packages are there. Safe to run again.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/tests/environment.sh"
cd "$root"

# shellcheck disable=SC2086  # a list of words
need_packages $packages_to_use
need_venv
prepare_to_compile
echo 'Building dabiao; the first time this takes some minutes ...'
pip install --quiet "$root"

plan=examples/plans/yinchuan-2023/yinchuan-2023.biao
data=examples/plans/yinchuan-2023/data.csv
.venv/bin/dabiao assess "$plan" "$data" --as-of 2023-11-25

cat <<END

Try next, in $root:
  .venv/bin/dabiao explain $plan $data 护理占比60 --as-of 2023-11-25
  .venv/bin/dabiao check $plan
  .venv/bin/dabiao --help
END
