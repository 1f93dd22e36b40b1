#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

// What the record benchmark asks of a contestant: the seven outputs of workload.py for one record.
namespace benchmark_record {

inline constexpr std::size_t input_count = 6;
inline constexpr std::size_t number_count = 4;
inline constexpr std::size_t output_count = 7;

/// ratio, per_k, coverage, score, then the three conditions as 0 or 1; NaN for what is unknown.
using Outputs = double[output_count];

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string version() const = 0;
  /// Evaluates one record of six numbers.
  virtual void evaluate(const double* inputs, Outputs& outputs) = 0;
  /// Evaluates the records in turn until `rounds` are done; nanoseconds for all.
  virtual double run(const std::vector<double>& records, std::size_t rounds) = 0;
  /// Compiles the formulas anew; nanoseconds. Negative where there is nothing to compile.
  virtual double compile() { return -1; }
};

/// Gives an engine its timed loop, in which `evaluate_one` is called without indirection.
template <class Derived>
class TimedEngine : public Engine {
 public:
  void evaluate(const double* inputs, Outputs& outputs) final {
    static_cast<Derived*>(this)->evaluate_one(inputs, outputs);
  }
  double run(const std::vector<double>& records, std::size_t rounds) final {
    auto& self = *static_cast<Derived*>(this);
    const std::size_t count = records.size() / input_count;
    Outputs outputs{};
    double sum = 0;
    std::size_t place = 0;
    const auto begun = std::chrono::steady_clock::now();
    for (std::size_t round = 0; round < rounds; ++round) {
      self.evaluate_one(records.data() + place * input_count, outputs);
      sum += outputs[3];
      if (++place == count) place = 0;
    }
    const auto ended = std::chrono::steady_clock::now();
    sink = sum;
    return std::chrono::duration<double, std::nano>(ended - begun).count();
  }

 private:
  volatile double sink = 0;
};

/// Nanoseconds that a function takes.
template <class Work>
double nanoseconds(Work work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begun).count();
}

std::unique_ptr<Engine> native_engine();
std::unique_ptr<Engine> native_numbers_engine();  // the four numbers only
std::unique_ptr<Engine> muparser_engine();        // null where muparser is not there
std::unique_ptr<Engine> exprtk_engine();          // null where ExprTk is not there

/// Through dabiao's public interface, decisions exact; the plan of workload.py.
std::unique_ptr<Engine> dabiao_engine(const std::string& plan);
std::unique_ptr<Engine> dabiao_numbers_engine(const std::string& plan);

}  // namespace benchmark_record
