#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/data/entity_register.hpp"
#include "dabiao/data/table.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"

namespace dabiao::data {

/// What someone says about an entity: its name, and as much of where it stands as is known.
struct Mention {
  /// `model::none` where only the name says at which level it stands.
  model::LevelId level = model::none;
  /// A name, or a path with the nearest ancestor last.
  std::string name;
  /// Ancestors by level; the others are not known from this mention.
  std::vector<std::pair<model::LevelId, std::string>> ancestors;
  /// The level to take where the name is known at several or at none.
  model::LevelId likely = model::none;
};

/// The number of a mention by the data, in the order in which they were made.
using MentionId = std::uint32_t;

/// Collects the entities of a plan, whoever mentions them, and numbers them.
///
/// Entities are the same where name and ancestors agree; what a mention leaves open is filled from
/// the others: one entity of that name is meant, or else the only possible parent. Where the plan's
/// `entities` or a register file lists the members of a level, no other mention adds to them.
class RegisterBuilder {
 public:
  /// Takes over what the plan mentions. The plan must outlive the builder.
  explicit RegisterBuilder(const model::Plan& plan);
  ~RegisterBuilder();
  RegisterBuilder(RegisterBuilder&&) noexcept;
  RegisterBuilder& operator=(RegisterBuilder&&) noexcept;

  /// Takes over a register: a column per level, by name or label, optionally `opened` and `closed`.
  /// A level with a column is then complete.
  void add_register(const NamedTable& table, text::Diagnostics& diagnostics);

  /// Takes over a mention by the data.
  MentionId mention(Mention mention);

  /// Numbers the entities, once. Problems with what the plan and the register mention go to
  /// `diagnostics`; those of mentions by the data are left for their reader (`problem`).
  EntityRegister build(text::Diagnostics& diagnostics);

  /// After `build`: the entity of a mention by the data, or nothing where it has a problem.
  std::optional<EntityAt> found(MentionId mention) const;
  /// After `build`: what is wrong with a mention by the data; null where nothing is.
  const text::Diagnostic* problem(MentionId mention) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The level that a name or label means, spaces, case and full-width forms aside; nothing where
/// none has it.
std::optional<model::LevelId> level_named(const model::Plan& plan, std::string_view name);

}  // namespace dabiao::data
