import CityKernel
import CityStore

/// How tellings reach the history: the newest is the state itself, those before it wait in a pack
/// beside it, and a full pack becomes a run. Only then do they enter the roll-ups: they are *settled*.
extension BrokerTransaction {
    /// Keeps a telling that never was the state, for the history and its roll-ups.
    func tell(_ key: AttributeKey, _ columns: AttributeColumns) throws {
        try HistoryStore.append(
            key, columns, source: try sourceID(), at: now, in: transaction)
        guard let at = columns.observedAt else { return }
        rollUps.add(key, at: at, columns.numberOfProperty, isStale: false)
    }

    /// Of a state that is the first of its series.
    func told() throws -> AttributeStore.Told { AttributeStore.Told(source: try sourceID()) }

    /// Of a state that replaces `present`, whose telling goes to the pack.
    func told(
        after present: EntityState.Instance, _ key: AttributeKey, _ columns: AttributeColumns,
        at moment: Timestamp? = nil
    ) throws -> AttributeStore.Told {
        var told = AttributeStore.Told(source: try sourceID(), tail: present.told.tail)
        guard let telling = present.telling else { return told }
        let toldAt = (moment ?? now).microseconds
        let at = columns.observedAt ?? toldAt
        // Said again of the very same instant in the same transaction: it never was.
        if telling.at == at, telling.toldAt == toldAt { return told }
        guard !telling.columns.isTransient, telling.isShort else {
            try keepAsRow(key, telling)
            return told
        }
        try told.tail.append(telling)
        if told.tail.isFull { told.tail = try settleTail(told.tail, key, before: at) }
        return told
    }

    /// A telling in a row of its own.
    private func keepAsRow(_ key: AttributeKey, _ telling: HistoryStore.Instance) throws {
        try HistoryStore.append(key, telling, in: transaction)
        guard let at = telling.columns.observedAt else { return }
        rollUps.add(key, at: at, telling.columns.numberOfProperty, isStale: false)
    }

    /// - Returns: what cannot be settled yet, since the state is no later.
    private func settleTail(
        _ tail: TellingPack, _ key: AttributeKey, before at: Int64
    ) throws -> TellingPack {
        let tellings = try tail.tellings().inOrder
        try settle(key, tellings.filter { $0.at < at })
        let rest = tellings.filter { $0.at >= at }
        let pack = try TellingPack(rest)
        guard pack.bytes.count > TellingPack.bytesMax / 2 else { return pack }
        for telling in rest { try keepAsRow(key, telling) }
        return TellingPack()
    }

    /// Moves tellings, in order, into runs; into rows where they would not follow the last run.
    private func settle(_ key: AttributeKey, _ tellings: [HistoryStore.Instance]) throws {
        guard let first = tellings.first else { return }
        let end = try RunStore.end(key, in: transaction)
        if let end, first.at <= end {
            for telling in tellings { try HistoryStore.append(key, telling, in: transaction) }
        } else {
            for run in tellings.runs { try RunStore.insert(key, run, in: transaction) }
        }
        for (index, telling) in tellings.enumerated() {
            guard let at = telling.columns.observedAt else { continue }
            // Of one instant, what was told last counts.
            let next = tellings[(index + 1)...].first { $0.columns.observedAt != nil }
            if next?.at == at { continue }
            rollUps.add(key, at: at, telling.columns.numberOfProperty, isStale: false)
        }
    }

    /// From now on the history says all of the series, without the state.
    /// - Parameters:
    ///   - isForgotten: what was told with an end of storage goes with it.
    ///   - inRows: in rows of their own, where single tellings can be edited.
    func settle(
        _ key: AttributeKey, of id: EntityID, isForgotten: Bool = false, inRows: Bool = false
    ) throws {
        guard let held = try AttributeStore.findHeld(key, in: transaction) else { return }
        var tellings = try (held.tail.tellings() + [held.telling]).inOrder
        try AttributeStore.release(key, in: transaction)
        try forget(id)
        if isForgotten { tellings.removeAll { $0.columns.isTransient } }
        if inRows {
            for telling in tellings { try keepAsRow(key, telling) }
        } else {
            let long = tellings.filter { !$0.isShort || $0.columns.isTransient }
            for telling in long { try keepAsRow(key, telling) }
            try settle(key, tellings.filter { $0.isShort && !$0.columns.isTransient })
        }
    }

    /// Brings every telling of about `at` into a row of its own, where it can be edited.
    func open(_ key: AttributeKey, at: Int64, of id: EntityID) throws {
        try settle(key, of: id, inRows: true)
        let runs = try RunStore.page(
            key, .backward, in: at...at, limit: 1, through: transaction)
        for run in runs where run.last >= at {
            for telling in try run.pack.tellings() {
                try HistoryStore.appendUnlessTold(key, telling, in: transaction)
            }
            try RunStore.delete(key, first: run.first, in: transaction)
        }
    }
}

extension HistoryStore.Instance {
    /// Whether it is worth packing.
    var isShort: Bool {
        let texts = [columns.text, columns.json, columns.unit, columns.subAttributes]
        return texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) } <= TellingPack.bytesMax / 4
    }
}

extension [HistoryStore.Instance] {
    /// In order of time and of telling; the later of two that say the same times stays behind.
    var inOrder: [HistoryStore.Instance] {
        let isSorted = zip(self, dropFirst()).allSatisfy {
            ($0.at, $0.toldAt) <= ($1.at, $1.toldAt)
        }
        if isSorted { return self }
        return enumerated().sorted {
            ($0.element.at, $0.element.toldAt, $0.offset)
                < ($1.element.at, $1.element.toldAt, $1.offset)
        }.map(\.element)
    }

    /// Cut into pieces that fill a pack each, never between two tellings of one instant.
    fileprivate var runs: [ArraySlice<HistoryStore.Instance>] {
        var runs: [ArraySlice<HistoryStore.Instance>] = []
        var start = startIndex
        var size = 0
        for (index, telling) in enumerated() {
            if size >= TellingPack.bytesMax, index > start, self[index - 1].at < telling.at {
                runs.append(self[start..<index])
                start = index
                size = 0
            }
            size += telling.packedSizeMax
        }
        if start < endIndex { runs.append(self[start...]) }
        return runs
    }
}

extension HistoryStore.Instance {
    /// About what it takes in a pack.
    fileprivate var packedSizeMax: Int {
        let texts = [columns.text, columns.json, columns.subAttributes]
        return texts.reduce(10) { $0 + ($1?.utf8.count ?? 0) }
    }
}
