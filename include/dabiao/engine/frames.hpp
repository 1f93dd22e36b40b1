#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "dabiao/engine/frame.hpp"

namespace dabiao::engine {

/// Frames, each held once.
class Frames {
 public:
  FrameId intern(Frame frame);
  const Frame& at(FrameId id) const { return *frames_[id]; }

 private:
  std::vector<std::unique_ptr<const Frame>> frames_;
  std::unordered_multimap<std::size_t, FrameId> by_hash_;
};

}  // namespace dabiao::engine
