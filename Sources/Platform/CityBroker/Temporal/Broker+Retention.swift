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
                var old = SeriesLayers(
                    key, .forward, in: .min...horizon - 1, expecting: 1,
                    connection: reader.connection)
                let name = try reader.names.name(of: key.name)
                return try name != BrokerTransaction.scopeName && old.next() != nil
            }
        }
        var count = 0
        let id = head.entity.id
        for key in keys {
            var isDone = false
            while !isDone {
                let step = try await write(source: "retention") { work in
                    try work.trim(key, of: id, before: horizon)
                }.value
                count += step.readings
                isDone = step.isLast
            }
        }
        return count
    }
}

extension BrokerTransaction {
    fileprivate func trim(
        _ key: AttributeKey, of id: EntityID, before horizon: Int64
    ) throws -> (readings: Int, isLast: Bool) {
        try settleOld(key, of: id, before: horizon)
        // Said first: from now on nobody makes these roll-ups again from what is left.
        try RollUpStore.setKeptSince(key, horizon, in: transaction)
        let runs = try RunStore.delete(
            key, before: horizon, countMax: Broker.deletedRunsMax, in: transaction)
        let cut = runs.isLast ? try cutRun(key, before: horizon) : 0
        let end = try HistoryStore.time(
            after: Broker.deletedRowsMax, of: key, before: horizon, in: transaction)
        let rows = try HistoryStore.delete(key, before: end ?? horizon, in: transaction)
        // A step that could delete nothing, more rows than it may being of one instant, is the last.
        let isLast = runs.isLast && (end == nil || rows == 0)
        if isLast { try RollUpStore.deleteMinutes(key, before: horizon, from: transaction) }
        return (runs.readings + cut + rows, isLast)
    }

    /// What stands beside the state and is old goes the way of the rest, into the roll-ups first.
    private func settleOld(
        _ key: AttributeKey, of id: EntityID, before horizon: Int64
    ) throws {
        guard let held = try AttributeStore.findHeld(key, in: transaction),
            try (held.tail.tellings() + [held.telling]).contains(where: { $0.at < horizon })
        else { return }
        try settle(key, of: id)
        try RollUpWriter(connection: transaction).write(rollUps)
        rollUps.clear()
    }

    /// The run that reaches over the horizon keeps what is younger.
    private func cutRun(_ key: AttributeKey, before horizon: Int64) throws -> Int {
        let runs = try RunStore.page(
            key, .backward, in: (horizon - 1)...horizon, limit: 1, through: transaction)
        guard let run = runs.first, run.first < horizon else { return 0 }
        let tellings = try run.pack.tellings()
        let kept = tellings.filter { $0.at >= horizon }
        try RunStore.delete(key, first: run.first, in: transaction)
        try RunStore.insert(key, kept[...], in: transaction)
        return tellings.count - kept.count
    }
}
