/// One append-only step of the schema; immutable once released, which its checksum enforces.
package struct Migration: Sendable, Hashable {
    /// `broker-0001-entities`: owner, number, what. Unique in the city.
    package var name: String
    /// Portable statements, one per element, in the words of both engines plus those of `Dialect`.
    package var statements: [String]

    package init(_ name: String, _ statements: [String]) {
        self.name = name
        self.statements = statements
    }

    /// The part of the name before the first hyphen: who keeps this migration.
    package var owner: String { String(name.prefix { $0 != "-" }) }
}
