import CityKernel
import CityStore

/// Loads entities as one connection sees them.
struct EntityReader {
    /// Entities that one statement loads. Statements are prepared by text, so that a shorter list is
    /// filled up by repeating its last key.
    private static let batchMax = 16

    let connection: any Connection
    let names: NameStore

    func entity(_ id: EntityID) throws -> Entity? {
        let key = try connection.first(
            "SELECT key FROM broker_entity WHERE id = $1 AND deleted_at IS NULL",
            [.text(id.text)]
        ) { $0.integer(0) }
        guard let key else { return nil }
        return try entities([key]).first
    }

    /// Both are `nil` when nobody knows the entity.
    func recordAndEntity(_ id: EntityID) throws -> (EntityRecord?, Entity?) {
        guard let record = try record(id) else { return (nil, nil) }
        if record.isDeleted { return (record, nil) }
        if let entity = try record.entity(id, name: names.name(of:)) { return (record, entity) }
        return (record, try entities([record.key]).first)
    }

    /// The record of an entity with its state, deleted or not.
    func record(_ id: EntityID) throws -> EntityRecord? {
        let found = try connection.first(
            """
            SELECT key, types, deleted_at, scopes, created_at, modified_at, expires_at,
                is_evolution
            FROM broker_entity WHERE id = $1
            """, [.text(id.text)]
        ) { row in
            var record = EntityRecord(
                key: row.integer(0), types: EntityStore.split(row.text(1)),
                isDeleted: !row.isNull(2),
                expiresAt: row.optionalInteger(6).map(Timestamp.init(microseconds:)),
                isEvolution: row.bool(7))
            record.state = EntityState(
                scopes: row.optionalText(3).map(EntityStore.split) ?? [],
                createdAt: row.integer(4), modifiedAt: row.integer(5))
            return record
        }
        guard var record = found, !record.isDeleted else { return found }
        try connection.forEach(
            """
            SELECT \(EntityState.Instance.list)
            FROM broker_attribute WHERE entity = $1 ORDER BY name, dataset LIMIT $2
            """, [.integer(record.key), SQLValue(EntityState.instancesMax + 1)]
        ) { row in
            record.state?.append(EntityState.Instance(row))
            return true
        }
        if let count = record.state?.instances.count, count > EntityState.instancesMax {
            record.state = nil
            record.isLarge = true
        }
        return record
    }

    /// Those of `keys` that are not deleted, in the order of `keys`.
    func entities(_ keys: [Int64]) throws -> [Entity] {
        var entities: [Entity] = []
        entities.reserveCapacity(keys.count)
        var start = 0
        while start < keys.count {
            let end = min(start + Self.batchMax, keys.count)
            entities += try batch(keys[start..<end])
            start = end
        }
        return entities
    }

    private func batch(_ keys: ArraySlice<Int64>) throws -> [Entity] {
        // One entity alone is so common that it has a statement of its own.
        let width = keys.count == 1 ? 1 : Self.batchMax
        var arguments = keys.map(SQLValue.integer)
        while arguments.count < width, let last = arguments.last { arguments.append(last) }
        var found = try heads(arguments)
        try fillAttributes(of: &found, arguments)
        return keys.compactMap { found[$0] }
    }

    private static let placeholders: [Int: String] = [
        1: "$1", batchMax: (1...batchMax).map { "$\($0)" }.joined(separator: ", "),
    ]

    private func heads(_ keys: [SQLValue]) throws -> [Int64: Entity] {
        let list = Self.placeholders[keys.count] ?? ""
        var found: [Int64: Entity] = [:]
        try connection.forEach(
            """
            SELECT key, id, types, scopes, created_at, modified_at, expires_at FROM broker_entity
            WHERE key IN (\(list)) AND deleted_at IS NULL
            """, keys
        ) { row in
            found[row.integer(0)] = try Self.head(row)
            return true
        }
        return found
    }

    private static func head(_ row: any Row) throws -> Entity {
        let types = EntityStore.split(row.text(2))
        guard let id = EntityID(row.text(1)), !types.isEmpty else {
            throw StoreError.failed(sql: "broker_entity", message: "an id or type is damaged")
        }
        var entity = Entity(
            id: id, types: types, scopes: row.optionalText(3).map(EntityStore.split) ?? [])
        entity.createdAt = Timestamp(microseconds: row.integer(4))
        entity.modifiedAt = Timestamp(microseconds: row.integer(5))
        entity.expiresAt = row.optionalInteger(6).map(Timestamp.init(microseconds:))
        return entity
    }

    private func fillAttributes(of found: inout [Int64: Entity], _ keys: [SQLValue]) throws {
        let list = Self.placeholders[keys.count] ?? ""
        // The names are looked up after the walk: a connection runs one statement at a time.
        var rows: [(key: AttributeKey, columns: AttributeColumns, createdAt: Int64, Int64)] = []
        try connection.forEach(
            """
            SELECT entity, name, dataset, created_at, modified_at, kind, number, text, json, unit,
                observed_at, sub_attributes
            FROM broker_attribute WHERE entity IN (\(list)) ORDER BY entity, name, dataset
            """, keys
        ) { row in
            let key = AttributeKey(
                entity: row.integer(0), name: row.integer(1), dataset: row.integer(2))
            rows.append((key, AttributeColumns(row, from: 5), row.integer(3), row.integer(4)))
            return true
        }
        for (key, columns, createdAt, modifiedAt) in rows {
            let dataset = key.dataset == NameStore.none ? nil : try names.name(of: key.dataset)
            var attribute = try columns.attribute(datasetID: dataset)
            attribute.createdAt = Timestamp(microseconds: createdAt)
            attribute.modifiedAt = Timestamp(microseconds: modifiedAt)
            let named = NamedAttribute(try names.name(of: key.name), attribute)
            found[key.entity]?.attributes.append(named)
            // An update of an attribute does not write the entity's row; its time counts here.
            if let known = found[key.entity]?.modifiedAt, known.microseconds < modifiedAt {
                found[key.entity]?.modifiedAt = Timestamp(microseconds: modifiedAt)
            }
        }
    }
}
