package import CityKernel
import CityStore

extension BrokerTransaction {
    /// Adds to the evolution of an entity, which begins with it when it has none. The newest value
    /// of each attribute is its state; the others are its past.
    /// - Returns: whether the evolution began.
    /// - Throws: `BrokerError`.
    @discardableResult
    package func tell(_ evolution: Evolution) throws -> Bool {
        try tellingPast {
            let known = try find(evolution.id)
            let hasEvolution = try known.map(hasEvolution) ?? false
            if known?.isDeleted ?? true {
                let record = try begin(evolution.id, types: evolution.types, scopes: [])
                _ = try setEvolution(true, of: evolution.id, record)
            } else {
                try addTypes(evolution.types, to: evolution.id)
            }
            try tellParts(of: evolution)
            return !hasEvolution
        }
    }

    /// Adds attributes to an evolution that is there.
    /// - Throws: `BrokerError.notFound`.
    package func addToEvolution(_ evolution: Evolution) throws {
        try tellingPast {
            guard let record = try find(evolution.id),
                try !record.isDeleted || hasEvolution(record)
            else { throw BrokerError.notFound(evolution.id) }
            if record.isDeleted { return try tellPast(of: evolution, record) }
            if !evolution.types.isEmpty { try addTypes(evolution.types, to: evolution.id) }
            try tellParts(of: evolution)
        }
    }

    private func tellingPast<Value>(_ body: () throws -> Value) throws -> Value {
        let outer = isTellingPast
        isTellingPast = true
        defer { isTellingPast = outer }
        return try body()
    }

    private func hasEvolution(_ record: EntityRecord) throws -> Bool {
        try !HistoryStore.listSeries(of: record.key, in: transaction).isEmpty
    }

    private func tellParts(of evolution: Evolution) throws {
        let record = try get(evolution.id)
        try tell(evolution.scopes, of: record)
        var unobserved: [AttributeKey: Int] = [:]
        for instance in evolution.instances {
            let key = try key(record, instance.name, instance.attribute.datasetID)
            if instance.isDeletion {
                try tellDeletion(instance, key, of: evolution.id, record)
            } else if instance.attribute.observedAt == nil {
                let number = unobserved[key, default: 0]
                unobserved[key] = number + 1
                try tellUnobserved(instance, number, key, of: evolution)
            } else {
                try tellObserved(instance, key, of: evolution.id, record)
            }
        }
    }

    /// Of an entity that is no more: nothing of it becomes a state.
    private func tellPast(of evolution: Evolution, _ record: EntityRecord) throws {
        for instance in evolution.instances {
            let key = try key(record, instance.name, instance.attribute.datasetID)
            let columns = AttributeColumns(instance.attribute)
            if instance.isDeletion {
                try HistoryStore.appendDeletion(
                    key, kind: columns.kind, observedAt: columns.observedAt,
                    source: try sourceID(), at: now, in: transaction)
            } else {
                try tell(key, columns)
            }
        }
    }

    private func tellObserved(
        _ instance: Evolution.Instance, _ key: AttributeKey, of id: EntityID,
        _ record: EntityRecord
    ) throws {
        let columns = AttributeColumns(instance.attribute)
        // A state of which nobody said when it was observed is as new as its telling.
        if let state = try AttributeStore.findTimes(key, in: transaction), state.observedAt == nil,
            let observedAt = columns.observedAt, observedAt < state.modifiedAt
        {
            try tell(key, columns)
            return edit(id, record) { $0.hasLateHistory = true }
        }
        try apply([
            Fact(id, types: record.types, instance.name, instance.attribute)
        ])
    }

    /// Several values without a time of their own keep the order in which they were told.
    private func tellUnobserved(
        _ instance: Evolution.Instance, _ number: Int, _ key: AttributeKey,
        of evolution: Evolution
    ) throws {
        if number == 0 {
            return try apply([
                Fact(evolution.id, types: evolution.types, instance.name, instance.attribute)
            ])
        }
        let columns = AttributeColumns(instance.attribute)
        let moment = now + .microseconds(number)
        guard let present = try AttributeStore.findState(key, in: transaction) else { return }
        try AttributeStore.replace(
            key, with: columns, try told(after: present, key, columns, at: moment), at: moment,
            in: transaction)
        try forget(evolution.id)
    }

    private func tellDeletion(
        _ instance: Evolution.Instance, _ key: AttributeKey, of id: EntityID,
        _ record: EntityRecord
    ) throws {
        let observedAt = instance.attribute.observedAt?.microseconds
        try HistoryStore.appendDeletion(
            key, kind: instance.attribute.kind.rawValue, observedAt: observedAt,
            source: try sourceID(), at: now, in: transaction)
        if let observedAt { rollUps.add(key, at: observedAt, nil, isStale: true) }
        guard let state = try AttributeStore.findTimes(key, in: transaction),
            (observedAt ?? now.microseconds) >= state.observedAt ?? state.modifiedAt
        else { return }
        try removeState(key, of: id, record)
    }

    private func removeState(
        _ key: AttributeKey, of id: EntityID, _ record: EntityRecord
    ) throws {
        try settle(key, of: id)
        guard try AttributeStore.delete(key, in: transaction) != nil else { return }
        try PlaceStore.delete(key, in: transaction)
        let name = try names.name(of: key.name)
        edit(id, record) { $0.note(.deleted, name) }
    }

    func setEvolution(
        _ isEvolution: Bool, of id: EntityID, _ record: EntityRecord
    ) throws -> EntityRecord {
        try EntityStore.setEvolution(record.key, isEvolution, in: transaction)
        var changed = record
        changed.isEvolution = isEvolution
        remember(id, changed)
        return changed
    }
}

// MARK: - Editing the past

extension BrokerTransaction {
    /// Deletes the evolution; an entity that was nothing more goes with it.
    /// - Throws: `BrokerError.notFound`.
    package func deleteEvolution(of id: EntityID) throws {
        guard let record = try find(id) else { throw BrokerError.notFound(id) }
        let isThere = try hasEvolution(record)
        guard isThere || record.isEvolution && !record.isDeleted else {
            throw BrokerError.notFound(id)
        }
        if record.isEvolution, !record.isDeleted { try delete(id) }
        for key in try HistoryStore.listSeries(of: record.key, in: transaction) {
            try forget(key, of: id)
        }
    }

    /// Deletes so many of the oldest rows of a series that has more.
    /// - Returns: whether there was such a series.
    func shortenEvolution(of id: EntityID, by count: Int) throws -> Bool {
        guard let record = try find(id) else { throw BrokerError.notFound(id) }
        for key in try HistoryStore.listSeries(of: record.key, in: transaction) {
            let end = try HistoryStore.time(
                after: count, of: key, before: .max, in: transaction)
            if let end, try HistoryStore.delete(key, before: end, in: transaction) > 0 {
                return true
            }
            let runs = try RunStore.delete(
                key, before: .max, countMax: Broker.deletedRunsMax, in: transaction)
            if !runs.isLast { return true }
        }
        return false
    }

    /// Deletes the series of an attribute: those of `datasets`, where `nil` is the default one, or
    /// all.
    /// - Throws: `BrokerError.notFound`, `.attributeNotFound`.
    package func deleteSeries(
        _ name: String, datasets: Set<String?>?, of id: EntityID
    ) throws {
        let record = try evolution(of: id)
        var isFound = false
        for key in try series(name, of: id, record) {
            let dataset = key.dataset == NameStore.none ? nil : try names.name(of: key.dataset)
            guard datasets?.contains(dataset) ?? true else { continue }
            isFound = true
            try forget(key, of: id)
            if record.isEvolution { try removeState(key, of: id, record) }
        }
        if !isFound { throw BrokerError.attributeNotFound(id, name) }
    }

    /// - Throws: `BrokerError.notFound`, `.attributeNotFound`, `.instanceNotFound`.
    package func deleteInstance(
        _ instanceID: String, of name: String, of id: EntityID
    ) throws {
        let found = try openInstance(instanceID, name, id)
        try HistoryStore.delete(found.key, found.instance.place, in: transaction)
        rollUps.add(found.key, at: found.instance.at, nil, isStale: true)
        try renewState(found.key, of: id, found.record)
    }

    /// - Parameter edit: the new attribute, made from the present one.
    /// - Throws: `BrokerError`, what `edit` throws.
    package func modifyInstance(
        _ instanceID: String, of name: String, of id: EntityID,
        _ edit: (Attribute) throws -> Attribute
    ) throws {
        let found = try openInstance(instanceID, name, id)
        let (key, place) = (found.key, found.instance.place)
        let dataset = key.dataset == NameStore.none ? nil : try names.name(of: key.dataset)
        let columns = AttributeColumns(
            try edit(try found.instance.attribute(datasetID: dataset)))
        let at = columns.observedAt ?? place.at
        var formerName = found.instance.formerName
        if at != place.at {
            formerName = formerName ?? InstanceName(key, place).text
            // Another telling of that very instant, in the same transaction: it is replaced.
            try open(key, at: at, of: id)
            try HistoryStore.delete(
                key, HistoryStore.Place(at: at, toldAt: place.toldAt), in: transaction)
        }
        try HistoryStore.replace(
            key, place, with: columns, name: formerName, at: now, in: transaction)
        rollUps.add(key, at: place.at, nil, isStale: true)
        rollUps.add(key, at: at, nil, isStale: true)
        try renewState(key, of: id, found.record)
    }

    private func evolution(of id: EntityID) throws -> EntityRecord {
        guard let record = try find(id) else { throw BrokerError.notFound(id) }
        return record
    }

    private func series(
        _ name: String, of id: EntityID, _ record: EntityRecord
    ) throws -> [AttributeKey] {
        let all = try HistoryStore.listSeries(of: record.key, in: transaction)
        if all.isEmpty { throw BrokerError.notFound(id) }
        guard let number = try names.find(name) else {
            throw BrokerError.attributeNotFound(id, name)
        }
        let found = all.filter { $0.name == number }
        if found.isEmpty { throw BrokerError.attributeNotFound(id, name) }
        return found
    }

    /// The instance in a row of its own.
    private func openInstance(
        _ instanceID: String, _ name: String, _ id: EntityID
    ) throws -> (record: EntityRecord, key: AttributeKey, instance: HistoryStore.Instance) {
        let record = try evolution(of: id)
        let keys = try series(name, of: id, record)
        if let parsed = InstanceName(instanceID), keys.contains(parsed.key) {
            try open(parsed.key, at: parsed.place.at, of: id)
            let found =
                try HistoryStore.find(parsed.key, parsed.place, in: transaction)
                ?? HistoryStore.find(parsed.key, formerName: instanceID, in: transaction)
            if let found { return (record, parsed.key, found) }
        }
        throw BrokerError.instanceNotFound(id, instanceID)
    }

    private func forget(_ key: AttributeKey, of id: EntityID) throws {
        try HistoryStore.delete(key, in: transaction)
        try RunStore.delete(key, in: transaction)
        try RollUpStore.delete(key, in: transaction)
        try AttributeStore.release(key, in: transaction)
        try forget(id)
    }

    /// The state of an entity that is its evolution alone follows what is left of it.
    private func renewState(
        _ key: AttributeKey, of id: EntityID, _ record: EntityRecord
    ) throws {
        guard record.isEvolution, !record.isDeleted else { return }
        var newest: HistoryStore.Instance?
        try HistoryStore.walk(
            key, .backward, in: .min ... .max, expecting: 1, through: transaction
        ) { instance in
            newest = instance
            return false
        }
        guard let newest, !newest.isDeletion else {
            return try removeState(key, of: id, record)
        }
        let isKnown = try AttributeStore.delete(key, in: transaction) != nil
        try AttributeStore.insert(key, newest.columns, at: now, in: transaction)
        let dataset = key.dataset == NameStore.none ? nil : try names.name(of: key.dataset)
        if let place = try newest.attribute(datasetID: dataset).geometry {
            try PlaceStore.set(key, place, isNew: false, in: transaction)
        }
        let name = try names.name(of: key.name)
        edit(id, record) { $0.note(isKnown ? .updated : .created, name) }
    }
}
