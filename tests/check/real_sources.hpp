#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "dabiao/text/source.hpp"

namespace dabiao::check::testing {

/// A document that the example plans encode, from the folder of documents beside the project; null
/// where it is not there.
inline std::shared_ptr<const text::Source> real_source(const std::string& file) {
  const std::filesystem::path project =
      std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  const std::filesystem::path path = project.parent_path() / "shared" / "sources" / file;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return nullptr;
  std::string text((std::istreambuf_iterator<char>(stream)), {});
  return std::make_shared<const text::Source>(file, std::move(text));
}

/// An example plan; empty where it is not there.
inline std::string example_plan(const std::string& name) {
  const std::filesystem::path project =
      std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  std::ifstream stream(project / "examples" / "plans" / name / (name + ".biao"), std::ios::binary);
  return {(std::istreambuf_iterator<char>(stream)), {}};
}

}  // namespace dabiao::check::testing
