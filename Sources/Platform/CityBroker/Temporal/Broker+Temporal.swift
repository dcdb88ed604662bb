package import CityKernel
import CityStore

// MARK: - Reading

extension Broker {
    /// One entity with its past, deleted or not.
    /// - Returns: `nil` for an entity without a past.
    package func temporal(
        _ id: EntityID, _ query: TemporalQuery
    ) async throws -> TemporalPage? {
        var entities = EntityQuery()
        entities.ids = [id]
        let search = try TemporalSearch(entities, query)
        return try await read { reader in
            guard let head = try reader.evolutionHead(id) else { return nil }
            let hasPast =
                try head.deletedAt == nil
                || !HistoryStore.listSeries(of: head.key, in: reader.connection).isEmpty
            var named = TemporalQuery(attributes: query.attributes)
            named.datasets = query.datasets
            let hasAsked =
                try query.attributes.isEmpty || !reader.series(of: head, named).isEmpty
            guard hasPast, hasAsked else { return nil }
            var page = try search.page(through: reader)
            if page.entities.isEmpty {
                // It has a past, but nothing of the asked time.
                var bare = TemporalEntity(entity: head.entity, deletedAt: head.deletedAt)
                bare.scopes = try reader.scopeInstances(of: head, query)
                page.entities = [bare]
            }
            return page
        }
    }

    /// Entities, deleted ones too, that `query` finds by what was told of them in the asked time.
    package func temporal(
        _ query: EntityQuery, _ temporal: TemporalQuery
    ) async throws -> TemporalPage {
        let search = try TemporalSearch(query, temporal)
        return try await read { try search.page(through: $0) }
    }
}

// MARK: - Editing

extension Broker {
    /// Rows that one transaction deletes, so that no writer waits long.
    package static let deletedRowsMax = 2_000
    /// The same for runs, which hold some forty readings each.
    static let deletedRunsMax = 500

    /// - Throws: `BrokerError.notFound`.
    package func deleteEvolution(of id: EntityID, source: String) async throws {
        try await shorten(id, source: source)
        try await write(source: source) { try $0.deleteEvolution(of: id) }
    }

    /// - Parameter datasets: `nil` for all; a `nil` inside is the default one.
    /// - Throws: `BrokerError.notFound`, `.attributeNotFound`.
    package func deleteSeries(
        _ name: String, datasets: Set<String?>?, of id: EntityID, source: String
    ) async throws {
        try await write(source: source) { work in
            try work.deleteSeries(name, datasets: datasets, of: id)
        }
    }

    /// Deletes a long evolution piece by piece, down to what one transaction may delete.
    private func shorten(_ id: EntityID, source: String) async throws {
        var isLong = true
        while isLong {
            isLong = try await write(source: source) { work in
                try work.shortenEvolution(of: id, by: Self.deletedRowsMax)
            }.value
        }
    }
}
