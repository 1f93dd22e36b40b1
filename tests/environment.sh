# What a fresh Debian or Ubuntu machine needs, in one place: sourced by examples/quickstart.sh and
# tests/run.sh with `root` set to the top folder of the project. POSIX sh; safe to run again.

venv=$root/.venv

# To build, install and use dabiao.
packages_to_use='ca-certificates cmake g++ graphviz libboost-dev libboost-graph-dev libhwy-dev
  ninja-build nlohmann-json3-dev pybind11-dev python3 python3-dev python3-venv'

# To test it as well. Fonts: drawings and pages with Chinese text.
packages_to_test='ccache fonts-noto-cjk git libbenchmark-dev libgmock-dev libgtest-dev'

# The versions of what judges the form of the code are fixed, so that a new release does not turn
# a good tree into a bad one.
python_to_test='clang-format==14.0.6 mypy==1.13.0 ruff==0.8.4
  pybind11-stubgen==3.0.0
  duckdb hypothesis jsonschema openpyxl pandas polars pyarrow pytest pytest-xdist'

# need_packages NAME...: installs the Debian packages that are missing; nothing is asked of apt,
# and no rights are needed, where none is.
need_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "not a Debian system; these packages, or their like, are taken to be installed: $*"
    return 0
  fi
  missing=
  for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=absent
    [ "$state" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0

  echo "installing:$missing"
  if [ "$(id -u)" -eq 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
  else
    echo "neither root nor sudo; please install:$missing" >&2
    return 1
  fi
  apt_get="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q"
  $apt_get update || return 1
  # shellcheck disable=SC2086  # a list of words
  $apt_get install -y --no-install-recommends $missing
}

# need_venv: makes .venv, anew where it is broken or was made elsewhere.
need_venv() {
  if grep -qF "$venv" "$venv/bin/activate" 2>/dev/null &&
    "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    return 0
  fi
  rm -rf "$venv"
  # The system's own Python: the packages above are made for it.
  python=/usr/bin/python3
  [ -x "$python" ] || python=python3
  "$python" -m venv "$venv"
}

# pip ARGUMENT...: the pip of .venv.
pip() {
  "$venv/bin/python" -m pip --disable-pip-version-check "$@"
}

# compile_jobs: how many compilers to run at once, as processors and memory allow. A file that
# uses Boost heavily takes up to 1.5 GB.
compile_jobs() {
  jobs=$(nproc 2>/dev/null || echo 1)
  available=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo 2>/dev/null)
  if [ -n "$available" ] && [ "$available" -lt "$jobs" ]; then jobs=$available; fi
  if [ "$jobs" -lt 1 ]; then jobs=1; fi
  echo "$jobs"
}

# prepare_to_compile: settings for every build from here on, that of pip included.
prepare_to_compile() {
  CMAKE_BUILD_PARALLEL_LEVEL=$(compile_jobs)
  export CMAKE_BUILD_PARALLEL_LEVEL
  # Under one name, whoever calls it: Python would take the name that it was compiled with.
  export CXX="${CXX:-c++}"
  if command -v ccache >/dev/null 2>&1; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache
    # Without this it passes over what is compiled with precompiled headers.
    export CCACHE_SLOPPINESS=pch_defines,time_macros
  fi
}
