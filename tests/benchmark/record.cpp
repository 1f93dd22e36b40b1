// Evaluates one record at a time in every engine that is built in. A line of JSON in, one out:
// {"records": [[…6 numbers…]…], "plan": TEXT} sets the records, null where a number is missing,
// and answers each engine's outputs for them, null where one is unknown;
// {"engine": NAME, "rounds": N} answers the nanoseconds of N evaluations;
// {"engine": NAME, "compile": N} answers the nanoseconds of N compilations.
#include <cmath>
#include <exception>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "record_engine.hpp"

namespace {

using benchmark_record::Engine;
using nlohmann::json;

struct Contest {
  std::map<std::string, std::unique_ptr<Engine>> engines;
  std::vector<double> records;

  void add(const std::string& name, std::unique_ptr<Engine> engine) {
    if (engine) engines.emplace(name, std::move(engine));
  }
};

json answers(Contest& contest, const json& question) {
  if (question.contains("plan")) {
    const std::string plan = question["plan"];
    contest.add("dabiao", benchmark_record::dabiao_engine(plan));
    contest.add("dabiao, numbers only", benchmark_record::dabiao_numbers_engine(plan));
  }
  contest.records.clear();
  const json& records = question["records"];
  for (const json& record : records) {
    if (record.size() != benchmark_record::input_count) throw std::runtime_error("not six numbers");
    for (const json& number : record) {
      contest.records.push_back(number.is_null() ? std::nan("") : number.get<double>());
    }
  }
  json all = json::object();
  for (auto& [name, engine] : contest.engines) {
    json rows = json::array();
    for (std::size_t at = 0; at < contest.records.size(); at += benchmark_record::input_count) {
      benchmark_record::Outputs outputs{};
      engine->evaluate(contest.records.data() + at, outputs);
      rows.push_back(json(std::vector<double>(std::begin(outputs), std::end(outputs))));
    }
    all[name] = {{"version", engine->version()}, {"rows", std::move(rows)}};
  }
  return all;
}

json reply(Contest& contest, const json& question) {
  if (question.contains("records")) return answers(contest, question);
  Engine& engine = *contest.engines.at(question.at("engine").get<std::string>());
  if (question.contains("compile")) {
    double sum = 0;
    for (int left = question["compile"].get<int>(); left > 0; --left) sum += engine.compile();
    return sum;
  }
  return engine.run(contest.records, question.at("rounds").get<std::size_t>());
}

}  // namespace

int main() {
  Contest contest;
  contest.add("native", benchmark_record::native_engine());
  contest.add("native, numbers only", benchmark_record::native_numbers_engine());
  contest.add("muparser", benchmark_record::muparser_engine());
  contest.add("ExprTk", benchmark_record::exprtk_engine());
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << json{{"answer", reply(contest, json::parse(line))}}.dump() << std::endl;
    } catch (const std::exception& error) {
      std::cout << json{{"error", error.what()}}.dump() << std::endl;
    }
  }
  return 0;
}
