#!/bin/sh
# Builds dabiao and runs every test, C++ and Python, on a fresh Debian or Ubuntu machine: as root
# or with sudo, without either where the packages are there. Stops at the first step that fails and
# says which. Safe to run again; later runs reuse what was built.
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/tests/environment.sh"
cd "$root" || exit 1
export LC_ALL=C.UTF-8

# step NAME COMMAND...: runs a command or function, tells how long it took, or ends the run.
step() {
  name=$1
  shift
  echo "== $name"
  started=$(date +%s)
  # Not in a condition: there `set -e` would have no effect.
  (
    set -e
    "$@"
  )
  status=$?
  seconds=$(($(date +%s) - started))
  if [ "$status" -ne 0 ]; then
    echo "FAILED: $name (exit status $status, after $seconds s)" >&2
    exit 1
  fi
  times="$times$(printf '%6d s  %s' "$seconds" "$name")
"
  echo "== $name: $seconds s"
}

packages() {
  # shellcheck disable=SC2086  # a list of words
  need_packages $packages_to_use $packages_to_test
}

python_environment() {
  need_venv
  # shellcheck disable=SC2086  # a list of words
  pip install --quiet $python_to_test
}

# AddressSanitizer of g++ 11 and 12 fails at random where the kernel scatters addresses widely; not
# every container lets that be turned off. Building runs the tests too, to list them.
at_fixed_addresses=
if setarch "$(uname -m)" -R true 2>/dev/null; then
  at_fixed_addresses="setarch $(uname -m) -R"
fi

# build FOLDER OPTION...: configures and compiles; a folder that was configured for another
# generator or place is made anew.
build() {
  folder=$root/$1
  shift
  cache=$folder/CMakeCache.txt
  if [ -f "$cache" ]; then
    if ! grep -qxF 'CMAKE_GENERATOR:INTERNAL=Ninja' "$cache" ||
      ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
      rm -rf "$folder"
    fi
  fi
  cmake -S "$root" -B "$folder" -G Ninja "$@"
  # shellcheck disable=SC2086  # a list of words
  $at_fixed_addresses cmake --build "$folder"
}

cpp_tests() {
  $at_fixed_addresses ctest --test-dir "$root/$1" --output-on-failure --no-tests=error --timeout 600 \
    -j "$CMAKE_BUILD_PARALLEL_LEVEL"
}

build_sanitized() {
  # Optimising further what the sanitizers add would take longer than it saves.
  build build-sanitize -DDABIAO_SANITIZE=ON -DCMAKE_BUILD_TYPE=Debug \
    '-DCMAKE_CXX_FLAGS_DEBUG=-Og -g1' -DDABIAO_PRECOMPILE=ON
}

# The bindings are compiled here only; in the environment, as pip's own option is not in older ones.
python_package() {
  SKBUILD_CMAKE_DEFINE=DABIAO_STRICT=ON pip install --quiet "$root"
}

cpp_format() {
  find include src tests bindings \( -name '*.hpp' -o -name '*.cpp' \) \
    -exec "$venv/bin/clang-format" --dry-run --Werror {} +
}

times=
begun=$(date +%s)

step 'Debian packages' packages
prepare_to_compile
step 'Python environment' python_environment
step 'C++ build with assertions' \
  build build -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O1 -DDABIAO_PRECOMPILE=ON
step 'C++ tests' cpp_tests build
step 'C++ build with sanitizers' build_sanitized
step 'C++ tests with sanitizers' cpp_tests build-sanitize
step 'C++ format' cpp_format
step 'Python package' python_package
step 'Python style' "$venv/bin/python" -m ruff check bindings/python tests/python tests/benchmark
step 'Python types' "$venv/bin/python" -m mypy bindings/python/dabiao
step 'Python tests' "$venv/bin/python" -m pytest -n "$(nproc)" tests/python

echo
printf '%s' "$times"
echo "all tests passed in $(($(date +%s) - begun)) s"
