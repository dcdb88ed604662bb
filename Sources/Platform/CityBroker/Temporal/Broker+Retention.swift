package import CityKernel
import CityStore

/// What one passage of retention deleted of one type.
package struct HistoryTrim: Sendable, Hashable {
    package var type: String
    /// Readings before this are no longer kept.
    package var before: Timestamp
    package var readings: Int
}

extension Broker {
    /// Deletes the readings that are older than the city keeps them, in small transactions between
    /// those of everybody else. Roll-ups by hour and day stay, as does the present state.
    /// - Returns: types of which something was deleted.
    package func trimHistory() async throws -> [HistoryTrim] {
        var trims: [HistoryTrim] = []
        for rule in history.retention {
            let horizon = RollUpLevel.day.start(of: (now - .days(rule.days)).microseconds)
            var trim = HistoryTrim(
                type: rule.type, before: Timestamp(microseconds: horizon), readings: 0)
            var last: String?
            while true {
                let after = last
                let step = try await read { reader in
                    try TemporalWalk(types: [rule.type]).heads(
                        after: after, limit: 256, reader)
                }
                for head in step.heads where head.entity.has(type: rule.type) {
                    guard let horizon = self.horizon(of: head.entity.types) else { continue }
                    trim.readings += try await self.trim(head, before: horizon)
                }
                guard let next = step.next else { break }
                last = next
            }
            if trim.readings > 0 { trims.append(trim) }
        }
        return trims
    }

    /// An entity of several types is kept as long as one of them asks; `nil` for ever.
    private func horizon(of types: [String]) -> Int64? {
        var days = 0
        for type in types {
            guard let rule = history.retention.first(where: { $0.type == type }) else {
                return nil
            }
            days = max(days, rule.days)
        }
        return RollUpLevel.day.start(of: (now - .days(days)).microseconds)
    }

    private func trim(_ head: EvolutionHead, before horizon: Int64) async throws -> Int {
        let entity = head.key
        let keys = try await read { reader in
            try HistoryStore.listSeries(of: entity, in: reader.connection).filter { key in
                let name = try reader.names.name(of: key.name)
                let isOld =
                    try HistoryStore.time(
                        after: 0, of: key, before: horizon, in: reader.connection) != nil
                return isOld && name != BrokerTransaction.scopeName
            }
        }
        var count = 0
        for key in keys {
            var isDone = false
            while !isDone {
                let step = try await store.write { transaction in
                    try Self.trimStep(key, before: horizon, in: transaction)
                }
                count += step.readings
                isDone = step.isLast
            }
        }
        return count
    }

    private static func trimStep(
        _ key: AttributeKey, before horizon: Int64, in connection: any Connection
    ) throws -> (readings: Int, isLast: Bool) {
        // Said first: from now on nobody makes these roll-ups again from what is left.
        try RollUpStore.setKeptSince(key, horizon, in: connection)
        let end = try HistoryStore.time(
            after: deletedRowsMax, of: key, before: horizon, in: connection)
        let count = try HistoryStore.delete(key, before: end ?? horizon, in: connection)
        try RollUpStore.deleteMinutes(key, before: end ?? horizon, from: connection)
        // A step that could delete nothing, more rows than it may being of one instant, is the last.
        return (count, end == nil || count == 0)
    }
}
