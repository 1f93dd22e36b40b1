#pragma once

#include <vector>

#include "dabiao/engine/row_program.hpp"

// What is made of the instructions of a program once they are there.
namespace dabiao::engine {

/// The instructions that the outputs hang on; of numbers only whether there is one, where nobody
/// asks for their values.
std::vector<Instruction> needed_instructions(const RowProgram& rows, bool with_values);

/// Makes one instruction of two, again and again, where that can be. The results are the same bits.
void fuse(RowProgram& rows);

/// Moves what can be done with a quotient at once (`Followers`) to right after it. The results are
/// the same bits.
void gather(RowProgram& rows);

/// Says of each division whether multiplying does as well.
void find_inverses(RowProgram& rows);

}  // namespace dabiao::engine
