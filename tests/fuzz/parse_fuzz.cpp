#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "dabiao/syntax/parse.hpp"
#include "dabiao/syntax/print.hpp"
#include "dabiao/text/render.hpp"

// Reads any bytes as a plan. With clang: -fsanitize=fuzzer,address,undefined. Without libFuzzer,
// compile with DABIAO_FUZZ_STANDALONE and name files on the command line.

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dabiao;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const syntax::Parsed parsed = syntax::parse(std::make_shared<text::Source>("fuzz.biao", bytes));
  for (const text::Diagnostic& each : parsed.diagnostics) {
    require(each.place && each.place->begin <= each.place->end && each.place->end <= size);
    require(!text::message(each, text::Language::english).empty());
  }
  const std::string printed = syntax::print(parsed.ast);
  if (parsed.diagnostics.empty()) {
    const syntax::Parsed again =
        syntax::parse(std::make_shared<text::Source>("printed.biao", printed));
    require(again.diagnostics.empty());
    require(syntax::print(again.ast) == printed);
  }
  return 0;
}

#ifdef DABIAO_FUZZ_STANDALONE
#include <fstream>
#include <iterator>

int main(int count, char** names) {
  for (int i = 1; i < count; ++i) {
    std::ifstream file(names[i], std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  return 0;
}
#endif
