#include "output_memory.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace dabiao::engine {

OutputMemory::~OutputMemory() {
  forget();
}

void OutputMemory::forget() {
  for (const auto& [size, blocks] : free_) {
    for (void* block : blocks) std::free(block);
  }
  free_.clear();
  kept_ = 0;
}

std::shared_ptr<void> OutputMemory::take(std::size_t bytes) {
  // Large pages where the system gives them.
  constexpr std::size_t large_page = std::size_t{1} << 21;
  const std::size_t alignment = bytes >= large_page ? large_page : 128;
  const std::size_t size =
      (std::max<std::size_t>(bytes, 1) + alignment - 1) / alignment * alignment;
  void* block = nullptr;
  {
    const std::lock_guard lock(mutex_);
    out_ += size;
    most_out_ = std::max(most_out_, out_);
    if (const auto found = free_.find(size); found != free_.end() && !found->second.empty()) {
      block = found->second.back();
      found->second.pop_back();
      kept_ -= size;
    } else {
      forget();  // results have another size now
    }
  }
  if (block == nullptr) {
    block = std::aligned_alloc(alignment, size);
    if (block == nullptr) throw std::bad_alloc();
    if (alignment == large_page) madvise(block, size, MADV_HUGEPAGE);
  }
  // What outlives the plan is freed when it is let go.
  return {block, [pool = weak_from_this(), size](void* given) {
            if (const auto there = pool.lock()) {
              there->give_back(given, size);
            } else {
              std::free(given);
            }
          }};
}

void OutputMemory::give_back(void* block, std::size_t size) {
  {
    const std::lock_guard lock(mutex_);
    out_ -= size;
    // No more is kept than was ever in use at once.
    if (kept_ + size + out_ <= most_out_) {
      try {
        free_[size].push_back(block);
        kept_ += size;
        return;
      } catch (const std::bad_alloc&) {
        // It is freed, then.
      }
    }
  }
  std::free(block);
}

}  // namespace dabiao::engine
