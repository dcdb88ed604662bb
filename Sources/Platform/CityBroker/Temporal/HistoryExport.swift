package import CityKernel
import CityStore

/// Which part of the history leaves the city as a table or a map.
package struct HistoryExport: Sendable, Hashable {
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case csv, geojson

        package var mediaType: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .geojson: "application/geo+json"
            }
        }
    }

    package var format: Format
    /// Empty: every type.
    package var types: [String]
    /// Empty: every entity of the types.
    package var ids: [EntityID]
    /// Empty: every attribute.
    package var attributes: [String]
    package var from: Timestamp?
    /// Not part of it.
    package var to: Timestamp?

    /// Readings that are in memory at once.
    package static let pageMax = 2_000

    package init(
        _ format: Format, types: [String] = [], ids: [EntityID] = [], attributes: [String] = [],
        from: Timestamp? = nil, to: Timestamp? = nil
    ) {
        self.format = format
        self.types = types
        self.ids = ids
        self.attributes = attributes
        self.from = from
        self.to = to
    }

    fileprivate var interval: ClosedRange<Int64> {
        let low = from?.microseconds ?? .min
        let high = to.map { $0.microseconds == .min ? .min : $0.microseconds - 1 } ?? .max
        return low...max(low, high)
    }
}

/// How far an export is.
package struct HistoryExportProgress: Sendable, Hashable {
    package var entities = 0
    package var readings = 0
    /// The entity being written.
    package var id: EntityID
}

extension Broker {
    /// Writes the told values, each instant's last telling, by entity, attribute and time. Pages are
    /// read one after the other, each from its own snapshot, so that nobody waits for an export.
    /// - Returns: how many readings were written.
    @discardableResult
    package func exportHistory(
        _ export: HistoryExport, progress: (HistoryExportProgress) -> Void = { _ in },
        to write: ([UInt8]) async throws -> Void
    ) async throws -> Int {
        var writer = HistoryTableWriter(export.format)
        var state: HistoryExportProgress?
        try await write(writer.begin())
        try await forEachHead(of: export) { head in
            var now = state ?? HistoryExportProgress(id: head.entity.id)
            now.id = head.entity.id
            let (keys, place) = try await read { reader in
                (
                    try reader.series(
                        of: head, TemporalQuery(attributes: export.attributes)),
                    try reader.entity(head.entity.id)?["location"]?.geometry
                )
            }
            for key in keys {
                var low = export.interval.lowerBound
                while low <= export.interval.upperBound {
                    let start = low
                    let rows = try await page(
                        key, head, in: start...export.interval.upperBound)
                    guard let last = rows.last else { break }
                    try await write(writer.rows(rows, place))
                    now.readings += rows.count
                    guard rows.count == HistoryExport.pageMax, last.at < .max else { break }
                    low = last.at + 1
                }
            }
            now.entities += 1
            state = now
            progress(now)
        }
        try await write(writer.end())
        return state?.readings ?? 0
    }

    /// Entities that an export looks at.
    package func countEntities(of export: HistoryExport) async throws -> Int {
        var count = 0
        try await forEachHead(of: export) { _ in count += 1 }
        return count
    }

    private func page(
        _ key: AttributeKey, _ head: EvolutionHead, in interval: ClosedRange<Int64>
    ) async throws -> [HistoryRow] {
        try await read { reader in
            var rows: [HistoryRow] = []
            let name = try reader.names.name(of: key.name)
            let dataset =
                key.dataset == NameStore.none ? nil : try reader.names.name(of: key.dataset)
            var visited = 0
            try HistoryStore.walk(
                key, .forward, in: interval, expecting: HistoryExport.pageMax,
                through: reader.connection
            ) { instance in
                visited += 1
                rows.append(
                    HistoryRow(
                        id: head.entity.id, type: head.entity.types[0], name: name,
                        at: instance.at, isDeletion: instance.isDeletion,
                        attribute: try instance.evolutionAttribute(datasetID: dataset)))
                return visited < HistoryExport.pageMax
            }
            return rows
        }
    }

    private func forEachHead(
        of export: HistoryExport, _ visit: (EvolutionHead) async throws -> Void
    ) async throws {
        if !export.ids.isEmpty {
            for id in Set(export.ids).sorted() {
                if let head = try await read({ try $0.evolutionHead(id) }) {
                    try await visit(head)
                }
            }
            return
        }
        var last: String?
        while true {
            let after = last
            let step = try await read { reader in
                try TemporalWalk(types: export.types).heads(
                    after: after, limit: 256, reader)
            }
            for head in step.heads
            where export.types.isEmpty || export.types.contains(where: head.entity.has(type:)) {
                try await visit(head)
            }
            guard let next = step.next else { return }
            last = next
        }
    }
}

/// One told value on its way out.
struct HistoryRow: Sendable {
    var id: EntityID
    var type: String
    var name: String
    var at: Int64
    var isDeletion: Bool
    var attribute: Attribute
}
