import CityKernel
import CityStore

/// The SQL of a query without ids and places: entities in order of id.
struct EntityWalk {
    let isExact: Bool
    private let source: String
    private let key: String
    private let id: String
    private let condition: String
    private let arguments: [SQLValue]

    /// - Returns: `nil` when none of the types was ever used.
    init?(_ query: EntityQuery, _ reader: EntityReader) throws {
        let numbers = try query.types.compactMap { try reader.names.find($0) }
        if numbers.isEmpty, !query.types.isEmpty { return nil }
        let isByType = numbers.count == 1
        key = isByType ? "t.entity" : "e.key"
        id = isByType ? "t.id" : "e.id"
        source = isByType ? "broker_entity_type t" : "broker_entity e"
        let sql = try QuerySQL(
            query.filter, attributes: query.attributes, entity: key,
            arguments: numbers.map(SQLValue.integer), names: reader.names)
        var conditions = [Self.scope(numbers.count)]
        if !sql.text.isEmpty { conditions.append(sql.text) }
        condition = conditions.joined(separator: " AND ")
        arguments = sql.arguments
        isExact = sql.isExact
    }

    /// One type is one range in order of id; several are asked of each entity.
    private static func scope(_ types: Int) -> String {
        switch types {
        case 0: return "e.deleted_at IS NULL"
        case 1: return "t.type = $1"
        default:
            let list = (1...types).map { "$\($0)" }.joined(separator: ", ")
            return """
                e.deleted_at IS NULL AND EXISTS (
                    SELECT 1 FROM broker_entity_type t
                    WHERE t.id = e.id AND t.type IN (\(list)))
                """
        }
    }

    func count(_ connection: any Connection) throws -> Int {
        try connection.first(
            "SELECT COUNT(*) FROM \(source) WHERE \(condition)", arguments
        ) { $0.int(0) } ?? 0
    }

    func keys(limit: Int, offset: Int, through connection: any Connection) throws -> [Int64] {
        let first = arguments.count + 1
        return try connection.query(
            """
            SELECT \(key) FROM \(source) WHERE \(condition)
            ORDER BY \(id) LIMIT $\(first) OFFSET $\(first + 1)
            """, arguments + [SQLValue(limit), SQLValue(offset)]
        ) { $0.integer(0) }
    }

    func keys(
        after last: String, limit: Int, through connection: any Connection
    ) throws -> [(key: Int64, id: String)] {
        let first = arguments.count + 1
        return try connection.query(
            """
            SELECT \(key), \(id) FROM \(source) WHERE \(condition) AND \(id) > $\(first)
            ORDER BY \(id) LIMIT $\(first + 1)
            """, arguments + [.text(last), SQLValue(limit)]
        ) { ($0.integer(0), $0.text(1)) }
    }
}
