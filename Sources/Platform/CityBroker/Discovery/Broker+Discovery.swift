package import CityKernel
import CityStore

/// What entities of one type look like now.
package struct EntityTypeSummary: Sendable, Hashable {
    package var type: String
    package var entities: Int
    package var attributes: [AttributeSummary]
}

/// Where an attribute is used now.
package struct AttributeSummary: Sendable, Hashable {
    package var name: String
    package var kinds: [Attribute.Kind]
    /// Entities that have it; counted when one attribute is asked about.
    package var entities: Int?
    package var types: [String]
}

extension Broker {
    /// Types and attributes in one answer.
    package static let namesMax = 10_000

    /// Types that some entity has now, in order.
    package func listTypes() async throws -> [String] {
        try await read { reader in
            let numbers = try reader.connection.query(
                "SELECT DISTINCT type FROM broker_entity_type LIMIT $1",
                [SQLValue(Self.namesMax)]
            ) { $0.integer(0) }
            return try numbers.map(reader.names.name).sorted()
        }
    }

    /// - Returns: `nil` for a type that no entity has.
    package func findType(_ type: String) async throws -> EntityTypeSummary? {
        try await read { reader in
            guard let number = try reader.names.find(type) else { return nil }
            let count =
                try reader.connection.first(
                    "SELECT COUNT(*) FROM broker_entity_type WHERE type = $1", [.integer(number)]
                ) { $0.int(0) } ?? 0
            if count == 0 { return nil }
            let rows = try reader.connection.query(
                """
                SELECT DISTINCT a.name, a.kind
                FROM broker_entity_type t JOIN broker_attribute a ON a.entity = t.entity
                WHERE t.type = $1
                """, [.integer(number)]
            ) { ($0.integer(0), $0.integer(1)) }
            let attributes = try Dictionary(grouping: rows, by: \.0).map { name, rows in
                AttributeSummary(
                    name: try reader.names.name(of: name), kinds: Self.kinds(rows.map(\.1)),
                    types: [type])
            }
            return EntityTypeSummary(
                type: type, entities: count, attributes: attributes.sorted { $0.name < $1.name })
        }
    }

    /// Names of attributes that some entity has now, in order.
    package func listAttributes() async throws -> [String] {
        try await read { reader in
            var numbers: Set<Int64> = []
            for column in AttributeColumns.valueColumns {
                try Self.forEachName(with: column, in: reader.connection) { numbers.insert($0) }
            }
            return try numbers.map(reader.names.name).sorted()
        }
    }

    /// - Returns: `nil` for an attribute that no entity has.
    package func findAttribute(_ name: String) async throws -> AttributeSummary? {
        try await read { reader in
            guard let number = try reader.names.find(name) else { return nil }
            let rows = try reader.connection.query(
                """
                SELECT a.kind, e.types, COUNT(*) FROM (
                    \(Self.named)
                ) a JOIN broker_entity e ON e.key = a.entity
                GROUP BY a.kind, e.types
                """, [.integer(number)]
            ) { ($0.integer(0), EntityStore.split($0.text(1)), $0.int(2)) }
            if rows.isEmpty { return nil }
            return AttributeSummary(
                name: name, kinds: Self.kinds(rows.map(\.0)),
                entities: rows.reduce(0) { $0 + $1.2 }, types: Set(rows.flatMap(\.1)).sorted())
        }
    }

    /// Names of values that stand in one column, by one jump each in its index.
    private static func forEachName(
        with column: String, in connection: any Connection, _ visit: (Int64) -> Void
    ) throws {
        var last = Int64.min
        for _ in 0..<namesMax {
            let next = try connection.first(
                """
                SELECT name FROM broker_attribute WHERE \(column) IS NOT NULL AND name > $1
                ORDER BY name LIMIT 1
                """, [.integer(last)]
            ) { $0.integer(0) }
            guard let next else { return }
            visit(next)
            last = next
        }
    }

    /// Default instances of one name; each has its value in one of three columns.
    private static let named = AttributeColumns.valueColumns.map { column in
        """
        SELECT kind, entity FROM broker_attribute
        WHERE name = $1 AND dataset = 0 AND \(column) IS NOT NULL
        """
    }.joined(separator: " UNION ALL ")

    private static func kinds(_ numbers: [Int64]) -> [Attribute.Kind] {
        Set(numbers).sorted().compactMap(Attribute.Kind.init)
    }
}
