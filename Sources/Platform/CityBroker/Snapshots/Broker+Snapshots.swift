package import CityKernel
import CityStore

extension Broker {
    /// `lastUsedAt` is exact to this.
    private static let useResolution = Duration.seconds(60)
    /// A snapshot whose filler has not finished in this time is filled by another.
    private static let fillSecondsMax = Duration.seconds(300)

    /// It waits to be filled.
    /// - Throws: `SnapshotError`.
    package func keep(_ snapshot: Snapshot) async throws {
        try await store.write { try SnapshotStore.insert(snapshot, in: $0) }
    }

    /// - Throws: `SnapshotError.notFound`, also when it has expired.
    package func snapshot(_ id: String) async throws -> Snapshot {
        let now = now
        guard let found = try await store.read({ try SnapshotStore.find(id, at: now, in: $0) })
        else { throw SnapshotError.notFound(id) }
        return found
    }

    /// - Returns: the snapshot as it is now.
    /// - Throws: `SnapshotError.notFound`.
    package func changeSnapshot(
        _ id: String, _ body: @escaping @Sendable (inout Snapshot) -> Void
    ) async throws -> Snapshot {
        try await store.write { transaction in
            let now = transaction.now
            guard var snapshot = try SnapshotStore.find(id, at: now, in: transaction) else {
                throw SnapshotError.notFound(id)
            }
            body(&snapshot)
            snapshot.modifiedAt = now
            snapshot.expiresAt = min(snapshot.expiresAt, now + Snapshot.lifetimeMax)
            try SnapshotStore.update(snapshot, in: transaction)
            return snapshot
        }
    }

    /// - Throws: `SnapshotError.notFound`.
    package func deleteSnapshot(_ id: String) async throws {
        try await store.write { transaction in
            guard try SnapshotStore.find(id, at: transaction.now, in: transaction) != nil else {
                throw SnapshotError.notFound(id)
            }
            try SnapshotStore.delete(id, in: transaction)
        }
    }

    /// Deletes those of whose members `filter` is true.
    /// - Throws: `Problem` of kind `badRequestData` when it asks for anything else.
    package func purgeSnapshots(_ filter: QueryExpression) async throws {
        guard filter.paths.allSatisfy({ Snapshot.members.contains($0.attribute) }) else {
            throw Problem.badData(
                "q asks for something that a snapshot does not have", at: "q",
                remedy: "Ask for \(Snapshot.members.sorted().joined(separator: ", ")).")
        }
        let matcher = try QueryFilter(filter)
        try await store.write { transaction in
            for snapshot in try SnapshotStore.list(at: transaction.now, in: transaction) {
                guard let entity = snapshot.asEntity, matcher.matches(entity) else { continue }
                try SnapshotStore.delete(snapshot.id, in: transaction)
            }
        }
    }

    /// `clone` gets what `original` holds.
    /// - Throws: `SnapshotError`.
    package func clone(_ original: String, as clone: Snapshot) async throws {
        try await store.write { transaction in
            guard
                let source = try SnapshotStore.find(original, at: transaction.now, in: transaction)
            else { throw SnapshotError.notFound(original) }
            if source.status == .preparing { throw SnapshotError.preparing(original) }
            var copy = clone
            copy.queries = source.queries
            copy.status = source.status
            copy.details = source.details
            try SnapshotStore.insert(copy, in: transaction)
            try SnapshotStore.copy(from: original, to: copy.id, in: transaction)
        }
    }
}

// MARK: - Filling

extension Broker {
    /// Takes a snapshot that waits to be filled; safe in several processes at once. What has expired
    /// is deleted on the way.
    package func takeWaitingSnapshot() async throws -> Snapshot? {
        guard try await store.read({ try SnapshotStore.hasWaiting(in: $0) }) else { return nil }
        return try await store.write { transaction in
            try SnapshotStore.removeExpired(in: transaction)
            let now = transaction.now
            let taken = try SnapshotStore.takeWaiting(
                since: now - Self.fillSecondsMax, in: transaction)
            return try taken.flatMap { try SnapshotStore.find($0, at: now, in: transaction) }
        }
    }

    /// Ends the preparing of a snapshot that is still there.
    /// - Parameter entities: of all queries together, each once.
    package func fill(
        _ id: String, with entities: [Entity], _ outcomes: [Snapshot.Outcome]
    ) async throws {
        let codec = NGSILDCodec(.core)
        let form = NGSILDRepresentation(.normalized, hasSystemAttributes: true)
        let documents = entities.map { (id: $0.id, text: codec.json($0, form).text) }
        try await store.write { transaction in
            let now = transaction.now
            guard var snapshot = try SnapshotStore.find(id, at: now, in: transaction) else {
                return
            }
            snapshot.status = Snapshot.status(of: outcomes)
            snapshot.details = outcomes.map(\.json)
            snapshot.modifiedAt = now
            try SnapshotStore.keep(documents, of: id, in: transaction)
            try SnapshotStore.update(snapshot, in: transaction)
        }
    }
}

// MARK: - Reading what it holds

extension Broker {
    /// Those that match, in the order of the query; its page is not cut.
    /// - Throws: `SnapshotError`, `Problem`.
    package func entities(_ query: EntityQuery, in snapshot: String) async throws -> [Entity] {
        try await use(snapshot)
        let texts = try await store.read { try SnapshotStore.documents(of: snapshot, in: $0) }
        let all = try texts.map(readEntity)
        let byID = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
        let matcher = try EntityMatcher(query)
        let found = try all.filter { try matcher.matches($0) { byID[$0] } }
        if query.order.isEmpty { return found }
        let sorter = try EntitySorter(query.order)
        let ranks = try found.map(sorter.rank).sorted(by: sorter.isBefore)
        return ranks.compactMap { byID[$0.id] }
    }

    /// - Throws: `SnapshotError`.
    package func entity(_ id: EntityID, in snapshot: String) async throws -> Entity? {
        try await use(snapshot)
        let text = try await store.read { try SnapshotStore.document(id, of: snapshot, in: $0) }
        return try text.map(readEntity)
    }

    /// - Throws: `SnapshotError` unless it is filled.
    private func use(_ id: String) async throws {
        let snapshot = try await snapshot(id)
        if snapshot.status == .preparing { throw SnapshotError.preparing(id) }
        guard snapshot.lastUsedAt + Self.useResolution <= now else { return }
        try await store.write { try SnapshotStore.noteUse(id, in: $0) }
    }

    private func readEntity(_ text: String) throws -> Entity {
        do throws(SourceFailure) {
            return try SourceCodec(.core, contexts).entity(Array(text.utf8))
        } catch {
            throw StoreError.failed(
                sql: "broker_snapshot_entity.document", message: "the document is damaged")
        }
    }
}
