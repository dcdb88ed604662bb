/// One append-only step of the schema; immutable once released, which its checksum enforces.
package struct Migration: Sendable, Hashable {
    /// `broker-0001-entities`: owner, number, what. Unique in the city.
    package var name: String
    /// Portable statements, one per element. Engine differences are spelled
    /// `{identity}` (a primary key that counts itself) and `{blob}`.
    package var statements: [String]

    package init(_ name: String, _ statements: [String]) {
        self.name = name
        self.statements = statements
    }
}
