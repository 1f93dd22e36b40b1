#pragma once

#include <cassert>
#include <optional>
#include <utility>

#include "dabiao/text/diagnostic.hpp"

namespace dabiao {

/// A value, or every diagnostic that stands against it; warnings may stand beside a value.
template <class T>
class Checked {
 public:
  Checked(T value, text::Diagnostics diagnostics = {})
      : value_(std::move(value)), diagnostics_(std::move(diagnostics)) {}
  Checked(text::Diagnostics diagnostics) : diagnostics_(std::move(diagnostics)) {}

  explicit operator bool() const { return value_.has_value(); }
  const T& operator*() const {
    assert(value_ && "a checked value is read only after it was tested");
    return *value_;
  }
  T& operator*() {
    assert(value_ && "a checked value is read only after it was tested");
    return *value_;
  }
  const T* operator->() const { return &**this; }
  T* operator->() { return &**this; }
  const text::Diagnostics& diagnostics() const { return diagnostics_; }

 private:
  std::optional<T> value_;
  text::Diagnostics diagnostics_;
};

}  // namespace dabiao
