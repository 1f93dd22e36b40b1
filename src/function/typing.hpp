#pragma once

#include <cstdint>
#include <span>

#include "dabiao/function/function.hpp"

// The type rules that the tables share. Each takes the arguments' types to the result's, or says
// which argument does not fit.
namespace dabiao::function::typing {

Typing sum(std::span<const Argument> arguments);           // + and -, dates included
Typing product(std::span<const Argument> arguments);       // *
Typing quotient(std::span<const Argument> arguments);      // /
Typing power(std::span<const Argument> arguments);         // ^ with a whole constant
Typing same_number(std::span<const Argument> arguments);   // one number to its own kind
Typing alike(std::span<const Argument> arguments);         // several of one type to that type
Typing compared(std::span<const Argument> arguments);      // several of one type to a yes/no
Typing ordered(std::span<const Argument> arguments);       // the same, for types that have an order
Typing logical(std::span<const Argument> arguments);       // yes/no to yes/no
Typing choice(std::span<const Argument> arguments);        // if c then a else b
Typing rounding(std::span<const Argument> arguments);      // x, step
Typing known(std::span<const Argument> arguments);         // anything to a yes/no
Typing date_part(std::span<const Argument> arguments);     // a date to a plain number
Typing months_later(std::span<const Argument> arguments);  // a date and months to a date
Typing workday(std::span<const Argument> arguments);       // a date and a count to a date
Typing workdays(std::span<const Argument> arguments);      // two dates to a count

Typing additive(const Argument& argument);    // sum
Typing averaged(const Argument& argument);    // average, median: numbers and (median) dates
Typing extreme(const Argument& argument);     // min, max: anything with an order
Typing quantified(const Argument& argument);  // any, all
Typing counted(const Argument& argument);     // count, share

}  // namespace dabiao::function::typing
