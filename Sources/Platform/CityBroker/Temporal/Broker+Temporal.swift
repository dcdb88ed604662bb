package import CityKernel

extension Broker {
    /// - Returns: `nil` for an entity that never was.
    package func temporal(
        _ id: EntityID, _ query: TemporalQuery
    ) async throws -> TemporalEntity? {
        try await read { try $0.temporal(id, query) }
    }

    /// The past of the present entities that `query` finds, those with nothing to tell left out.
    package func temporal(
        _ query: EntityQuery, _ temporal: TemporalQuery
    ) async throws -> (entities: [TemporalEntity], count: Int?) {
        let search = try EntitySearch(query)
        return try await read { reader in
            let page = try search.page(through: reader)
            let entities = try page.entities.compactMap { try reader.temporal($0.id, temporal) }
            return (entities.filter { !$0.series.isEmpty }, page.count)
        }
    }
}
