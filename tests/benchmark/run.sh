#!/bin/sh
# Measures dabiao against what users would pick instead, and writes docs/performance.md and the
# table of docs/exactness.md: installs the peers from their registries into build-benchmark/,
# builds the C++ side, checks that all agree on the answers, then takes the times.
#
#   sh tests/benchmark/run.sh                    everything
#   sh tests/benchmark/run.sh --only batch,cells some of the sections (see sections.py)
#   sh tests/benchmark/run.sh --short            tiny sizes, nothing written, no times asserted
#   sh tests/benchmark/run.sh --install          only installs and builds
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
here=$root/tests/benchmark
work=$root/build-benchmark
. "$root/tests/environment.sh"
venv=$work/venv
export LC_ALL=C.UTF-8

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

mkdir -p "$work"

# What the distribution has. Go, for CEL, is used where it is: the distribution's is too old.
# shellcheck disable=SC2086  # a list of words
need_packages $packages_to_use ccache libbenchmark-dev libmuparser-dev || fail 'Debian packages'
command -v npm >/dev/null 2>&1 || need_packages nodejs npm || fail 'node'
prepare_to_compile

echo '== Python peers'
need_venv
pip install --quiet --upgrade -r "$here/requirements.txt" || fail 'Python peers'

echo '== node peers'
mkdir -p "$work/node"
cp "$here/package.json" "$work/node/"
(cd "$work/node" && npm install --no-audit --no-fund --loglevel=error) || fail 'node peers'

if command -v go >/dev/null 2>&1; then
  echo '== CEL'
  mkdir -p "$work/cel"
  cp "$here/cel/main.go" "$here/cel/go.mod" "$work/cel/"
  (cd "$work/cel" && go mod tidy && go build -o cel .) || echo 'CEL is left out: it does not build here'
else
  echo 'CEL is left out: no go here'
fi

echo '== ExprTk'
# Not packaged by Debian; the source package of its Python wrapper carries the header.
if [ ! -f "$work/exprtk/exprtk.hpp" ]; then
  mkdir -p "$work/exprtk"
  pip download --quiet --no-binary :all: --no-deps --no-build-isolation --dest "$work/exprtk" \
    cexprtk==0.4.2 &&
    tar -xzf "$work/exprtk/cexprtk-0.4.2.tar.gz" -C "$work/exprtk" --strip-components=3 \
      cexprtk-0.4.2/3rdparty/exprtk/exprtk.hpp ||
    echo 'ExprTk is left out: its header cannot be fetched'
fi

echo '== dabiao, for Python and C++'
# One build for both, as users get it: Release, no flags of this machine.
pip install --quiet "$root" --config-settings=build-dir="$work/cpp" \
  '--config-settings=build.targets=_core;dabiao_benchmarks' \
  --config-settings=cmake.define.DABIAO_BENCHMARKS=ON \
  --config-settings=cmake.define.DABIAO_EXPRTK_DIR="$work/exprtk" || fail 'dabiao'

[ "${1:-}" = --install ] && exit 0
case " $* " in
*' --short '*) ;;
*)
  echo '== small cases'
  "$venv/bin/python" "$here/small_cases.py" --write "$root/docs/exactness.md" || fail 'small cases'
  ;;
esac
exec "$venv/bin/python" "$here/measure.py" "$@"
