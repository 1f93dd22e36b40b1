#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace dabiao::syntax {

/// What most things of a kind do not have: as an optional, but where there is none it takes the
/// room of a pointer, so that a file of a hundred thousand statements stays small.
template <class Value>
class Seldom {
 public:
  Seldom() = default;
  Seldom(std::nullopt_t) {}
  Seldom(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
  Seldom(const Seldom& other)
      : value_(other.value_ ? std::make_unique<Value>(*other.value_) : nullptr) {}
  Seldom(Seldom&&) noexcept = default;
  Seldom& operator=(Seldom other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Seldom() = default;

  explicit operator bool() const { return value_ != nullptr; }
  bool has_value() const { return value_ != nullptr; }
  const Value& operator*() const { return *value_; }
  Value& operator*() { return *value_; }
  const Value* operator->() const { return value_.get(); }
  Value* operator->() { return value_.get(); }

  /// The value, made where there is none yet.
  Value& made() {
    if (!value_) value_ = std::make_unique<Value>();
    return *value_;
  }

 private:
  std::unique_ptr<Value> value_;
};

}  // namespace dabiao::syntax
