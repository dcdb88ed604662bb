package import CityKernel
package import CityStore

/// The broker's verbs inside one open transaction; never outlives `Broker.write`.
package final class BrokerTransaction {
    /// Facts in one transaction.
    package static let factsMax = 100_000

    let broker: Broker
    /// For rows and messages of other platform stores that commit with the broker's part.
    package let transaction: any Transaction
    let names: NameStore
    /// The transaction's time; in a replay, the replayed time.
    package let now: Timestamp

    private(set) var changes = EntityChanges()
    /// Types of every entity that a verb was about to write, as they were and as they became.
    private(set) var touchedTypes: Set<String> = []
    private var records: [EntityID: EntityRecord] = [:]
    /// Looked for and not there; a hint that need not be complete.
    private var absent: Set<EntityID> = []
    private var tickets: [EntityID: Int] = [:]
    private var factCount = 0
    private var lastKey: Int64?
    /// The first end of storage that this transaction wrote.
    private(set) var firstExpiry: Timestamp?
    private var source: String
    private var sourceNumber: Int64?
    /// The rule whose results are being written; `nil` while outsiders write.
    private var rule: String?
    /// What this transaction told, for the roll-ups at its end.
    var rollUps = RollUpLog()
    /// Who writes, and whether that is a rule.
    var writer: String { source }
    var isDeriving: Bool { rule != nil }
    /// While the temporal interface speaks, which makes no entity more than its evolution.
    var isTellingPast = false
    /// Subscribers of NGSIv2 hear of what is written even if it was so before.
    package var isForced = false
    private var subscriptionIndex: SubscriptionIndex?

    init(_ broker: Broker, _ transaction: any Transaction, source: String, at: Timestamp?) {
        self.broker = broker
        self.transaction = transaction
        self.source = source
        now = at ?? transaction.now
        names = NameStore(broker.names, transaction, isSnapshot: false)
        let isForgotten = broker.entities.begin(
            group: transaction.groupNumber, epoch: transaction.epoch)
        if isForgotten { broker.subscriptionBook.forget() }
    }

    var reader: EntityReader { EntityReader(connection: transaction, names: names) }

    /// Who wants to hear, as of this transaction.
    func subscriptions() throws -> SubscriptionIndex {
        if let subscriptionIndex { return subscriptionIndex }
        let index = try SubscriptionMatching.index(broker, transaction)
        subscriptionIndex = index
        return index
    }

    package func contains(_ id: EntityID) throws -> Bool {
        try find(id).map { !$0.isDeleted } ?? false
    }

    /// The state as this transaction sees it.
    package func entity(_ id: EntityID) throws -> Entity? {
        guard let record = try find(id), !record.isDeleted else { return nil }
        var known = record
        known.state = try state(of: id, record)
        if let entity = try known.entity(id, name: names.name(of:)) { return entity }
        return try reader.entities([record.key]).first
    }
}

// MARK: - Facts

extension BrokerTransaction {
    /// Makes entities known that were not, and brings each attribute to what the fact says.
    /// - Throws: `BrokerError`.
    package func apply(_ facts: [Fact]) throws {
        var rest = facts[...]
        while let first = rest.first {
            let run = rest.prefix { $0.entityID == first.entityID }
            rest = rest.dropFirst(run.count)
            try apply(run, to: first.entityID)
        }
    }

    /// Facts of one entity, which is remembered once for all of them.
    private func apply(_ facts: ArraySlice<Fact>, to id: EntityID) throws {
        factCount += facts.count
        if factCount > Self.factsMax { throw BrokerError.tooManyFacts(countMax: Self.factsMax) }
        guard let first = facts.first else { return }
        var record = try record(of: first)
        if broker.inspection != nil {
            for fact in facts { try inspect(fact, types: record.types) }
        }
        guard var state = try takeState(of: id, &record) else {
            for fact in facts { try apply(fact, to: record) { try bringToRows($0, $1) } }
            return
        }
        var isChanged = false
        do {
            for fact in facts {
                try apply(fact, to: record) { key, columns in
                    let outcome = try bringToState(key, columns, &state)
                    if case .stored? = outcome { isChanged = true }
                    return outcome
                }
            }
        } catch {
            // Whoever goes on after this reads the rows.
            remember(id, record)
            throw error
        }
        record.isLarge = state.instances.count > EntityState.instancesMax
        record.state = record.isLarge ? nil : state
        if isChanged { remember(id, record) } else if records[id] != nil { records[id] = record }
    }

    /// The state, so that nobody else holds it while it is changed: then nothing of it is copied. Until
    /// it is remembered again, the transaction reads it from its rows.
    /// - Returns: `nil` when it is too large for the memory.
    private func takeState(
        of id: EntityID, _ record: inout EntityRecord
    ) throws -> EntityState? {
        guard let state = try state(of: id, record) else {
            record.isLarge = true
            return nil
        }
        record.state = nil
        records[id]?.state = nil
        return state
    }

    private func apply(
        _ fact: Fact, to record: EntityRecord,
        _ bring: (AttributeKey, AttributeColumns) throws -> Outcome?
    ) throws {
        let key = AttributeKey(
            entity: record.key, name: try names.intern(fact.name),
            dataset: try names.intern(fact.attribute.datasetID))
        let columns = AttributeColumns(fact.attribute)
        let before = try findBefore(key, datasetID: fact.attribute.datasetID)
        guard let outcome = try bring(key, columns) else {
            return try noteRepeat(of: fact, record)
        }
        switch outcome {
        case .late:
            try tell(key, columns)
            note(fact.entityID, record) { $0.hasLateHistory = true }
        case .stored(let step):
            if fact.attribute.kind == .geoProperty, let geometry = fact.attribute.geometry {
                try PlaceStore.set(key, geometry, isNew: step == .created, in: transaction)
            }
            try remind(of: fact.attribute, key)
            note(fact.entityID, record) {
                $0.note(step, fact.name)
                if let before { $0.remember(fact.name, before) }
            }
        }
    }

    /// What was so before is news for those alone who asked to hear of it.
    private func noteRepeat(of fact: Fact, _ record: EntityRecord) throws {
        guard try isForced || subscriptions().wantsRepeats else { return }
        note(fact.entityID, record) { $0.noteRepeat(fact.name, isForced: isForced) }
    }

    /// What an update replaces, read only while somebody wants to see changes.
    private func findBefore(_ key: AttributeKey, datasetID: String?) throws -> Attribute? {
        guard try subscriptions().wantsChanges else { return nil }
        return try AttributeStore.findInstance(key, datasetID: datasetID, in: transaction)
    }

    private enum Outcome {
        case stored(EntityChange.Step)
        /// Older than the state: history only.
        case late
    }

    /// - Returns: `nil` when this was told before.
    private func bringToState(
        _ key: AttributeKey, _ columns: AttributeColumns, _ state: inout EntityState
    ) throws -> Outcome? {
        guard let present = state[key] else {
            let told = try told()
            try AttributeStore.insert(key, columns, told, at: now, in: transaction)
            state.set(key, columns, told, at: now.microseconds)
            return .stored(.created)
        }
        if let outcome = try outcomeOfOlder(key, columns, than: present) { return outcome.late }
        let told = try told(after: present, key, columns)
        try AttributeStore.replace(key, with: columns, told, at: now, in: transaction)
        state.set(key, columns, told, at: now.microseconds)
        return .stored(.updated)
    }

    /// What becomes of a telling that does not replace the state.
    private enum Older {
        case late, repeated

        var late: Outcome? { self == .late ? .late : nil }
    }

    /// - Returns: `nil` when the state is to be replaced.
    private func outcomeOfOlder(
        _ key: AttributeKey, _ columns: AttributeColumns, than present: EntityState.Instance
    ) throws -> Older? {
        let presentAt = present.columns.observedAt
        if isNewer(columns.observedAt, presentAt) { return nil }
        if columns.saysSame(as: present.columns) { return .repeated }
        guard let observedAt = columns.observedAt, isLate(observedAt, presentAt) else {
            return nil
        }
        let told = try HistoryStore.find(key, observedAt: observedAt, in: transaction)
        return told.map(columns.saysSame) == true ? .repeated : .late
    }

    private func isNewer(_ observedAt: Int64?, _ present: Int64?) -> Bool {
        guard let observedAt, let present else { return false }
        return present < observedAt
    }

    /// The same for an entity whose state is not in memory.
    private func bringToRows(
        _ key: AttributeKey, _ columns: AttributeColumns
    ) throws -> Outcome? {
        guard let present = try AttributeStore.findState(key, in: transaction) else {
            try AttributeStore.insert(key, columns, try told(), at: now, in: transaction)
            return .stored(.created)
        }
        if let outcome = try outcomeOfOlder(key, columns, than: present) { return outcome.late }
        try AttributeStore.replace(
            key, with: columns, try told(after: present, key, columns), at: now, in: transaction)
        return .stored(.updated)
    }

    /// A state from the future (a sensor with a wrong clock) must not lock out true readings.
    private func isLate(_ observedAt: Int64, _ present: Int64?) -> Bool {
        guard let present else { return false }
        let believedMax = (now + Broker.observedAheadMax).microseconds
        return observedAt < present && present <= believedMax
    }

    func noteExpiry(_ at: Timestamp) { firstExpiry = min(firstExpiry ?? at, at) }

    func sourceID() throws -> Int64 {
        if let sourceNumber { return sourceNumber }
        let number = try names.intern(source)
        sourceNumber = number
        return number
    }

    /// Notes a change that was written past the memory: the state is read again.
    func edit(
        _ id: EntityID, _ record: EntityRecord, _ body: (inout EntityChange) -> Void
    ) {
        forget(id, records[id] ?? record)
        note(id, record, body)
    }

    /// Notes a change that the memory shows, or that leaves the state as it is.
    private func note(
        _ id: EntityID, _ record: EntityRecord, _ body: (inout EntityChange) -> Void
    ) {
        changes.edit(id, types: record.types, body)
    }
}

// MARK: - Entities

extension BrokerTransaction {
    /// - Throws: `BrokerError.alreadyExists`.
    package func create(_ entity: Entity) throws {
        if let known = try find(entity.id), !known.isDeleted {
            throw BrokerError.alreadyExists(entity.id)
        }
        if broker.inspection != nil { try inspect(new: entity) }
        try begin(
            entity.id, types: entity.types, scopes: entity.scopes, expiresAt: entity.expiresAt)
        try apply(facts(of: entity))
    }

    /// The entity becomes exactly `entity`: attributes that it lacks are deleted.
    /// - Throws: `BrokerError.notFound`.
    package func replace(_ entity: Entity) throws {
        let record = try get(entity.id)
        try replaceTypes(of: entity.id, record, entity.types)
        try updateScopes(entity.scopes, of: record)
        if entity.expiresAt != record.expiresAt { try setExpiry(entity.expiresAt, of: entity.id) }
        var kept: Set<AttributeKey> = []
        for named in entity.attributes {
            kept.insert(try key(record, named.name, named.attribute.datasetID))
        }
        for key in try AttributeStore.listKeys(of: record.key, in: transaction)
        where !kept.contains(key) {
            try remove(key, of: entity.id, record)
        }
        try apply(facts(of: entity))
    }

    /// - Throws: `BrokerError.notFound`.
    package func delete(_ id: EntityID) throws {
        try delete(id, try get(id))
    }

    private func delete(_ id: EntityID, _ known: EntityRecord) throws {
        var record = known
        let before = try subscriptions().wantsDeletions ? entity(id) : nil
        for key in try AttributeStore.listKeys(of: record.key, in: transaction) {
            try remove(key, of: id, record, isRemembered: before != nil)
        }
        for type in record.types {
            try EntityStore.removeType(try names.intern(type), of: id, in: transaction)
        }
        try updateScopes([], of: record)
        try EntityStore.markDeleted(record.key, at: now, in: transaction)
        record.isDeleted = true
        record.expiresAt = nil
        record.state = nil
        remember(id, record)
        edit(id, record) {
            $0.isDeleted = true
            $0.deletedEntity = before
            for named in before?.attributes ?? [] { $0.remember(named.name, named.attribute) }
        }
    }

    /// Gives an entity types that it lacks; it loses none.
    /// - Throws: `BrokerError.notFound`.
    package func addTypes(_ types: [String], to id: EntityID) throws {
        let record = try get(id)
        let added = types.filter { !record.types.contains($0) }
        guard !added.isEmpty else { return }
        try replaceTypes(of: id, record, record.types + added)
    }

    /// - Throws: `BrokerError.notFound`.
    package func setScopes(_ scopes: [String], of id: EntityID) throws {
        let record = try get(id)
        for scope in scopes { try NameStore.check(scope) }
        try updateScopes(scopes, of: record)
    }

    /// The entity ceases to be at `expiresAt`, or never.
    /// - Throws: `BrokerError.notFound`.
    package func setExpiry(_ expiresAt: Timestamp?, of id: EntityID) throws {
        var record = try get(id)
        guard record.expiresAt != expiresAt else { return }
        try EntityStore.setExpiry(record.key, expiresAt, at: now, in: transaction)
        record.expiresAt = expiresAt
        remember(id, record)
        if let expiresAt { try remind(at: expiresAt, AttributeKey(ofEntity: record.key)) }
    }

    /// Deletes the instance with `datasetID`, or the default one. Its history stays.
    /// - Throws: `BrokerError.notFound`, `.attributeNotFound`.
    package func deleteAttribute(
        _ name: String, datasetID: String? = nil, of id: EntityID
    ) throws {
        let record = try get(id)
        if name == Self.scopeName { return try deleteScopes(of: id, record) }
        let key = try key(record, name, datasetID)
        guard try AttributeStore.find(key, in: transaction) != nil else {
            throw BrokerError.attributeNotFound(id, name)
        }
        try remove(key, of: id, record)
        try EntityStore.touch(record.key, at: now, in: transaction)
    }

    /// Deletes every instance of the attribute.
    /// - Throws: `BrokerError.notFound`, `.attributeNotFound`.
    package func deleteAttributeInstances(_ name: String, of id: EntityID) throws {
        let record = try get(id)
        if name == Self.scopeName { return try deleteScopes(of: id, record) }
        let number = try names.intern(name)
        let keys = try AttributeStore.listKeys(of: record.key, in: transaction)
            .filter { $0.name == number }
        if keys.isEmpty { throw BrokerError.attributeNotFound(id, name) }
        for key in keys { try remove(key, of: id, record) }
        try EntityStore.touch(record.key, at: now, in: transaction)
    }

    private func facts(of entity: Entity) -> [Fact] {
        entity.attributes.map {
            Fact(entity.id, types: entity.types, $0.name, $0.attribute)
        }
    }

    func key(
        _ record: EntityRecord, _ name: String, _ datasetID: String?
    ) throws -> AttributeKey {
        AttributeKey(
            entity: record.key, name: try names.intern(name),
            dataset: try names.intern(datasetID))
    }

    /// What is remembered of the entity's types is out of date.
    func touchTypes(of id: EntityID) throws {
        if let record = try find(id) { touchedTypes.formUnion(record.types) }
    }

    /// Deletes an attribute whose storage has ended: no history tells of it.
    func remove(_ key: AttributeKey, of id: EntityID, isRecorded: Bool) throws {
        guard let record = try find(id), !record.isDeleted else { return }
        try remove(key, of: id, record, isRecorded: isRecorded)
    }

    /// Deletes an entity whose time has come, unless that was changed.
    func expireEntity(_ id: EntityID) throws {
        // One whose attributes ended in this transaction is known to it already.
        guard let record = try find(id), let end = record.expiresAt, end <= now,
            !record.isDeleted
        else { return }
        try delete(id, record)
    }

    private func remove(
        _ key: AttributeKey, of id: EntityID, _ record: EntityRecord, isRecorded: Bool = true,
        isRemembered: Bool = false
    ) throws {
        let before = isRemembered ? nil : try findDeleted(key)
        try settle(key, of: id, isForgotten: !isRecorded)
        guard let kind = try AttributeStore.delete(key, in: transaction) else { return }
        try PlaceStore.delete(key, in: transaction)
        if isRecorded {
            try HistoryStore.appendDeletion(
                key, kind: kind, source: try sourceID(), at: now, in: transaction)
        }
        let name = try names.name(of: key.name)
        edit(id, record) {
            $0.note(.deleted, name)
            if let before { $0.remember(name, before) }
        }
    }

    private func findDeleted(_ key: AttributeKey) throws -> Attribute? {
        let index = try subscriptions()
        guard index.wantsDeletions || index.wantsChanges else { return nil }
        let dataset = key.dataset == NameStore.none ? nil : try names.name(of: key.dataset)
        return try AttributeStore.findInstance(key, datasetID: dataset, in: transaction)
    }

    private func replaceTypes(
        of id: EntityID, _ record: EntityRecord, _ types: [String]
    ) throws {
        guard types != record.types else { return }
        try checkWriter(of: types)
        for type in record.types where !types.contains(type) {
            try EntityStore.removeType(try names.intern(type), of: id, in: transaction)
        }
        for type in types where !record.types.contains(type) {
            try EntityStore.addType(
                try names.intern(type), of: id, key: record.key, in: transaction)
        }
        try EntityStore.update(record.key, types: types, at: now, in: transaction)
        var changed = record
        changed.types = types
        remember(id, changed)
        edit(id, changed) { $0.types = types }
    }
}

// MARK: - Records

extension BrokerTransaction {
    private func record(of fact: Fact) throws -> EntityRecord {
        if let known = try find(fact.entityID), !known.isDeleted {
            try checkWriter(of: known.types)
            touchedTypes.formUnion(known.types)
            guard known.isEvolution, !isTellingPast else { return known }
            return try setEvolution(false, of: fact.entityID, known)
        }
        return try begin(fact.entityID, types: fact.types, scopes: [])
    }

    /// An entity that a verb is about to change. Its state is read again when it is next asked for:
    /// only facts keep it up to date in memory.
    func get(_ id: EntityID) throws -> EntityRecord {
        guard var record = try find(id), !record.isDeleted else { throw BrokerError.notFound(id) }
        try checkWriter(of: record.types)
        record.state = nil
        record.isLarge = false
        remember(id, record)
        return record
    }

    /// An entity whose time has passed is deleted before anything else happens to it.
    func find(_ id: EntityID) throws -> EntityRecord? {
        if let known = records[id] { return known }
        guard let record = try lookUp(id) else { return nil }
        guard let end = record.expiresAt, end <= now, !record.isDeleted else { return record }
        try delete(id, record)
        return records[id]
    }

    private func lookUp(_ id: EntityID) throws -> EntityRecord? {
        if let known = records[id] { return known }
        if absent.contains(id) { return nil }
        if let known = broker.entities.find(id) { return known }
        let record = try reader.record(id)
        if let record {
            records[id] = record
            hold(id)
        } else {
            absent.insert(id)
        }
        return record
    }

    /// Its state is read again when it is next asked for.
    func forget(_ id: EntityID) throws {
        if let record = try lookUp(id) { forget(id, record) }
    }

    private func forget(_ id: EntityID, _ known: EntityRecord) {
        var record = known
        record.state = nil
        record.isLarge = false
        remember(id, record)
    }

    /// - Returns: `nil` when it is too large for the memory.
    private func state(of id: EntityID, _ record: EntityRecord) throws -> EntityState? {
        if record.state != nil || record.isLarge { return record.state }
        guard let read = try reader.record(id) else { return nil }
        remember(id, read)
        return read.state
    }

    @discardableResult
    func begin(
        _ id: EntityID, types: [String], scopes: [String], expiresAt: Timestamp? = nil
    ) throws -> EntityRecord {
        precondition(!types.isEmpty, "an entity has at least one type")
        try checkWriter(of: types)
        for scope in scopes { try NameStore.check(scope) }
        let numbers = try types.map { try names.intern($0) }
        let key: Int64
        if let known = try find(id) {
            key = known.key
            try EntityStore.revive(
                key, types: types, scopes: scopes, expiresAt: expiresAt, at: now, in: transaction)
        } else {
            key = try nextKey()
            try EntityStore.insert(
                id, key, types: types, scopes: scopes, expiresAt: expiresAt, at: now,
                in: transaction)
        }
        for number in numbers {
            try EntityStore.addType(number, of: id, key: key, in: transaction)
        }
        if !scopes.isEmpty { try tell(scopes: scopes, of: key) }
        var record = EntityRecord(key: key, types: types, expiresAt: expiresAt)
        record.state = EntityState(
            scopes: scopes, createdAt: now.microseconds, modifiedAt: now.microseconds)
        if let expiresAt { try remind(at: expiresAt, AttributeKey(ofEntity: key)) }
        remember(id, record)
        note(id, record) {
            $0.types = types
            $0.isCreated = true
        }
        return record
    }

    /// Keys are given in order, and never twice: no row of an entity is ever deleted, and one
    /// transaction of a tenant runs at a time.
    private func nextKey() throws -> Int64 {
        let key = try lastKey ?? EntityStore.lastKey(in: transaction)
        lastKey = key + 1
        return key + 1
    }

    func remember(_ id: EntityID, _ record: EntityRecord) {
        absent.remove(id)
        records[id] = record
        touchedTypes.formUnion(record.types)
        hold(id)
    }

    /// From now on nobody else remembers the entity, until the commit.
    private func hold(_ id: EntityID) {
        if tickets[id] == nil { tickets[id] = broker.entities.hold(id) }
    }

    /// One writer per noun.
    private func checkWriter(of types: [String]) throws(BrokerError) {
        guard !broker.rules.writerByType.isEmpty else { return }
        for type in types {
            if let writer = broker.rules.writerByType[type], writer != rule {
                throw .writtenByRule(type: type, rule: writer)
            }
        }
    }

    /// What other transactions may know after the commit.
    var committed: (names: [(number: Int64, name: String)], entities: [HeldRecord]) {
        let held = tickets.compactMap { id, ticket in
            records[id].map { HeldRecord(id: id, ticket: ticket, record: $0) }
        }
        return (names.learnt, held)
    }
}

// MARK: - Undoing

extension BrokerTransaction {
    /// Runs `body`; when it throws, what it wrote is undone and the transaction goes on.
    package func savepoint<Value>(_ body: () throws -> Value) throws -> Value {
        let outer = (
            changes: changes, records: records, tickets: tickets, names: names.mark,
            rollUps: rollUps.mark
        )
        do {
            return try transaction.savepoint(body)
        } catch {
            // What was learnt of undone rows is forgotten, here and for after the commit.
            changes = outer.changes
            records = outer.records
            tickets = outer.tickets
            names.forget(after: outer.names)
            rollUps.forget(after: outer.rollUps)
            sourceNumber = nil
            lastKey = nil
            throw error
        }
    }

    /// Runs `body` for each of many items; what a refused one wrote is undone, and nothing else.
    /// - Returns: what each came to, in order.
    /// - Throws: what is no refusal, such as `StoreError`: nothing of it all remains.
    package func each<Item, Value>(
        of items: [Item], _ body: (Item) throws -> Value
    ) throws -> [Result<Value, Problem>] {
        do {
            return try savepoint {
                try items.map { item -> Result<Value, Problem> in
                    let count = transaction.statementCount
                    do {
                        return .success(try body(item))
                    } catch let error as any ProblemConvertible where !(error is StoreError) {
                        // Refused before it wrote, as nearly all that are.
                        guard transaction.statementCount == count else { throw HalfDone() }
                        return .failure(error.problem)
                    }
                }
            }
        } catch is HalfDone {
            return try items.map { item -> Result<Value, Problem> in
                do {
                    return .success(try savepoint { try body(item) })
                } catch let error as any ProblemConvertible where !(error is StoreError) {
                    return .failure(error.problem)
                }
            }
        }
    }

    /// A refused item wrote something: each needs a savepoint of its own.
    private struct HalfDone: Error {}

    /// Writes what a rule derived, in the rule's name.
    func apply(_ facts: [Fact], of rule: any Rule) throws {
        let outer = (source: source, rule: self.rule)
        source = rule.name
        sourceNumber = nil
        self.rule = rule.name
        defer {
            source = outer.source
            sourceNumber = nil
            self.rule = outer.rule
        }
        try apply(facts)
    }
}
