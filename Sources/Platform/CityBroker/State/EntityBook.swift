import CityKernel
import CityStore
import Synchronization

/// What every write needs to know of an entity.
struct EntityRecord: Sendable, Hashable {
    var key: Int64
    var types: [String]
    /// Deleted entities keep their key, and with it their history.
    var isDeleted = false
    /// When it ceases to be.
    var expiresAt: Timestamp?
    /// Whether the temporal interface alone ever told of it: it ends with its evolution.
    var isEvolution = false
    /// Its whole state; `nil` when that is not in memory.
    var state: EntityState?
    /// Its state has more instances than are kept in memory.
    var isLarge = false
}

/// The state of one entity as its rows hold it.
struct EntityState: Sendable, Hashable {
    struct Instance: Sendable, Hashable {
        var name: Int64
        var dataset: Int64
        var columns: AttributeColumns
        var createdAt: Int64
        var modifiedAt: Int64
        var told = AttributeStore.Told()
    }

    /// Entities with more instances than this are read from the database each time.
    static let instancesMax = 64

    var scopes: [String]
    var createdAt: Int64
    var modifiedAt: Int64
    /// In order of name and dataset, as the table's key.
    private(set) var instances: [Instance] = []

    init(scopes: [String], createdAt: Int64, modifiedAt: Int64) {
        self.scopes = scopes
        self.createdAt = createdAt
        self.modifiedAt = modifiedAt
    }

    subscript(key: AttributeKey) -> Instance? {
        instances.first { $0.name == key.name && $0.dataset == key.dataset }
    }

    mutating func set(
        _ key: AttributeKey, _ columns: AttributeColumns, _ told: AttributeStore.Told,
        at now: Int64
    ) {
        let place = instances.firstIndex { ($0.name, $0.dataset) >= (key.name, key.dataset) }
        guard let place else {
            instances.append(Instance(key, columns, told, at: now))
            return
        }
        if instances[place].name == key.name, instances[place].dataset == key.dataset {
            instances[place].columns = columns
            instances[place].modifiedAt = now
            instances[place].told = told
        } else {
            instances.insert(Instance(key, columns, told, at: now), at: place)
        }
    }

    mutating func append(_ instance: Instance) { instances.append(instance) }
}

extension EntityState.Instance {
    init(
        _ key: AttributeKey, _ columns: AttributeColumns, _ told: AttributeStore.Told,
        at now: Int64
    ) {
        self.init(
            name: key.name, dataset: key.dataset, columns: columns, createdAt: now,
            modifiedAt: now, told: told)
    }

    static let list =
        "name, dataset, created_at, modified_at, \(AttributeColumns.list), source, tail"

    /// A row of `list`.
    init(_ row: any Row) {
        self.init(
            name: row.integer(0), dataset: row.integer(1), columns: AttributeColumns(row, from: 4),
            createdAt: row.integer(2), modifiedAt: row.integer(3),
            told: AttributeStore.Told(source: row.integer(11), tail: row.pack(12)))
    }

    /// The telling that the state is; `nil` when that stands in the history.
    var telling: HistoryStore.Instance? {
        guard told.source != 0 else { return nil }
        return HistoryStore.Instance(
            columns, at: columns.observedAt ?? modifiedAt, toldAt: modifiedAt,
            source: told.source)
    }
}

extension EntityRecord {
    /// - Parameter name: the name of a number.
    /// - Returns: `nil` when the state is not in memory.
    /// - Throws: what `name` throws.
    func entity(_ id: EntityID, name: (Int64) throws -> String) throws -> Entity? {
        guard let state else { return nil }
        var entity = Entity(id: id, types: types, scopes: state.scopes)
        entity.createdAt = Timestamp(microseconds: state.createdAt)
        entity.expiresAt = expiresAt
        entity.attributes.reserveCapacity(state.instances.count)
        // An update of an attribute does not write the entity's row; its time counts here.
        var newest = state.modifiedAt
        for instance in state.instances {
            let dataset =
                instance.dataset == NameStore.none ? nil : try name(instance.dataset)
            var attribute = try instance.columns.attribute(datasetID: dataset)
            attribute.createdAt = Timestamp(microseconds: instance.createdAt)
            attribute.modifiedAt = Timestamp(microseconds: instance.modifiedAt)
            newest = max(newest, instance.modifiedAt)
            entity.attributes.append(NamedAttribute(try name(instance.name), attribute))
        }
        entity.modifiedAt = Timestamp(microseconds: newest)
        return entity
    }
}

/// A record that a transaction held back, as it became.
struct HeldRecord: Sendable {
    var id: EntityID
    var ticket: Int
    var record: EntityRecord
}

/// Records of committed entities, kept in memory while this process is the only writer.
///
/// A record that an open transaction changes is held back under a ticket until its commit: a
/// transaction that is undone leaves a gap, never a wrong record.
final class EntityBook: Sendable {
    /// Entities kept in memory, about 300 bytes each.
    static let countMax = 250_000
    /// Instances of attributes in their states, about 400 bytes each, and twice that with a
    /// full pack of readings.
    static let instancesMax = 500_000
    /// When there is no room, one of so many is forgotten.
    private static let forgottenShare = 8

    /// Documents of entities kept beside their records, in bytes.
    static let documentBytesMax = 64 * 1_024 * 1_024
    /// A longer document is written anew for each reader.
    private static let documentBytesEachMax = 16 * 1_024

    private enum Slot {
        case known(Known)
        /// A transaction of the group writes it, or read it to write.
        case changing(ticket: Int, group: Int)
        /// A reader brings it from a snapshot.
        case reading(ticket: Int)
    }

    private struct Known {
        var record: EntityRecord
        /// Tells two records of one entity apart.
        var serial: Int
        /// The entity as readers see it who ask for nothing special; written once, and gone with
        /// the record.
        var document: [UInt8]?
    }

    private struct State {
        var slots: [EntityID: Slot] = [:]
        var instanceCount = 0
        var documentBytes = 0
        var tickets = 0
        var group = 0
        var epoch: Int64?

        mutating func set(_ id: EntityID, _ slot: Slot?) {
            if case .known(let old)? = slots[id] {
                instanceCount -= old.record.state?.instances.count ?? 0
                documentBytes -= old.document?.count ?? 0
            }
            if case .known(let new)? = slot {
                instanceCount += new.record.state?.instances.count ?? 0
                documentBytes += new.document?.count ?? 0
            }
            slots[id] = slot
        }

        mutating func setKnown(_ id: EntityID, _ record: EntityRecord) {
            tickets += 1
            set(id, .known(Known(record: record, serial: tickets)))
        }

        /// Forgets documents until half of the room is free.
        mutating func makeRoomForDocuments() {
            guard documentBytes >= EntityBook.documentBytesMax else { return }
            for (id, slot) in slots where documentBytes > EntityBook.documentBytesMax / 2 {
                guard case .known(var known) = slot, known.document != nil else { continue }
                known.document = nil
                set(id, .known(known))
            }
        }

        /// Forgets a part of what is known, whichever comes first in the table. What the present group
        /// holds must stay: a reader that took its place could bring back what the group is changing.
        mutating func makeRoom() {
            guard
                slots.count >= EntityBook.countMax || instanceCount >= EntityBook.instancesMax
            else { return }
            var forgotten: [EntityID] = []
            for (id, slot) in slots {
                if case .changing(_, group) = slot { continue }
                forgotten.append(id)
                if forgotten.count > slots.count / EntityBook.forgottenShare { break }
            }
            for id in forgotten { set(id, nil) }
        }
    }

    private let state = Mutex(State())

    /// Entities that are known or are about to be.
    var count: Int { state.withLock { $0.slots.count } }

    /// A transaction begins. What was remembered under another epoch is forgotten.
    /// - Returns: whether it was.
    func begin(group: Int, epoch: Int64) -> Bool {
        state.withLock { state in
            state.group = group
            guard state.epoch != epoch else { return false }
            let isFirst = state.epoch == nil
            state.epoch = epoch
            state.slots = [:]
            state.instanceCount = 0
            state.documentBytes = 0
            return !isFirst
        }
    }

    func find(_ id: EntityID) -> EntityRecord? {
        state.withLock { state in
            guard case .known(let known)? = state.slots[id] else { return nil }
            return known.record
        }
    }

    // MARK: - Documents

    /// A record, its document if there is one, and what `keep` must know of it.
    func findShown(_ id: EntityID) -> (record: EntityRecord, document: [UInt8]?, serial: Int)? {
        state.withLock { state in
            guard case .known(let known)? = state.slots[id] else { return nil }
            return (known.record, known.document, known.serial)
        }
    }

    /// Keeps a document that was written from the record with this serial, unless another one has
    /// come meanwhile.
    func keep(_ document: [UInt8], of id: EntityID, serial: Int) {
        guard document.count <= Self.documentBytesEachMax else { return }
        state.withLock { state in
            state.makeRoomForDocuments()
            guard case .known(var known)? = state.slots[id], known.serial == serial else { return }
            known.document = document
            state.set(id, .known(known))
        }
    }

    // MARK: - Tickets

    func hold(_ id: EntityID) -> Int {
        state.withLock { state in
            state.makeRoom()
            state.tickets += 1
            state.set(id, .changing(ticket: state.tickets, group: state.group))
            return state.tickets
        }
    }

    /// After the commit. Who came between knows less or more: then nobody is believed.
    func release(_ held: [HeldRecord]) {
        state.withLock { state in
            for held in held {
                switch state.slots[held.id] {
                case .changing(held.ticket, _): state.setKnown(held.id, held.record)
                // A later write of the group; it will release the entity itself.
                case .changing(let later, _) where later > held.ticket: break
                default: state.set(held.id, nil)
                }
            }
        }
    }

    /// A reader may bring an entity that nobody knows and nobody is changing.
    func holdForReading(_ id: EntityID) -> Int? {
        state.withLock { state in
            guard state.slots[id] == nil else { return nil }
            state.makeRoom()
            state.tickets += 1
            state.set(id, .reading(ticket: state.tickets))
            return state.tickets
        }
    }

    /// - Parameter record: `nil` when there is no such entity.
    func release(_ id: EntityID, readingTicket ticket: Int, as record: EntityRecord?) {
        state.withLock { state in
            guard case .reading(ticket)? = state.slots[id] else { return }
            if let record {
                state.setKnown(id, record)
            } else {
                state.set(id, nil)
            }
        }
    }
}
