#include "dabiao/engine/frames.hpp"

#include <functional>

namespace dabiao::engine {

namespace {

void mix(std::size_t& hash, std::uint64_t value) {
  hash ^= std::hash<std::uint64_t>()(value) + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
}

std::uint64_t number(const std::optional<calendar::Date>& date) {
  return date ? static_cast<std::uint64_t>(static_cast<std::uint32_t>(date->days())) : ~0ULL;
}

std::size_t hash_of(const Frame& frame) {
  std::size_t hash = frame.level;
  mix(hash, frame.sharing);
  mix(hash, frame.entities.size());
  for (const data::EntityIndex entity : frame.entities) mix(hash, entity);
  for (const std::uint32_t begin : frame.sets) mix(hash, begin);
  for (const FrameSpan& span : frame.spans) {
    mix(hash, number(span.span.first));
    mix(hash, number(span.span.last));
    mix(hash, number(span.due) + (span.closing ? 1 : 0) + (span.ends ? 2 : 0));
  }
  return hash;
}

}  // namespace

FrameId Frames::intern(Frame frame) {
  const std::size_t hash = hash_of(frame);
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto entry = first; entry != last; ++entry) {
    if (*frames_[entry->second] == frame) return entry->second;
  }
  const auto id = static_cast<FrameId>(frames_.size());
  frames_.push_back(std::make_unique<const Frame>(std::move(frame)));
  by_hash_.emplace(hash, id);
  return id;
}

}  // namespace dabiao::engine
