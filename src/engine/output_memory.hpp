#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace dabiao::engine {

/// Memory of results, kept for the next run when nobody holds them any more: fresh pages cost more
/// than the arithmetic that fills them. Safe to share among threads.
class OutputMemory : public std::enable_shared_from_this<OutputMemory> {
 public:
  OutputMemory() = default;
  OutputMemory(const OutputMemory&) = delete;
  OutputMemory& operator=(const OutputMemory&) = delete;
  ~OutputMemory();

  /// So many bytes on a boundary of 128, not set.
  std::shared_ptr<void> take(std::size_t bytes);

 private:
  void give_back(void* block, std::size_t size);
  void forget();  // frees what is kept

  std::mutex mutex_;
  std::unordered_map<std::size_t, std::vector<void*>> free_;  // by size
  std::size_t out_ = 0, kept_ = 0, most_out_ = 0;             // bytes
};

}  // namespace dabiao::engine
