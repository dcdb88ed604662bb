import CityBroker
import CityIdentity
import CityKernel
import CityStore

/// 取り込み: mappings, sources and runs, from the upload of a file to the entities of the town.
struct ImportDesk: Sendable {
    static let settingsMax = 500

    let store: any Store
    let broker: Broker
    let clock: any CityClock
    let cityID: String
    let types: TypeGuard
    let random: RandomSource

    static let migrations = ImportStore.migrations

    // MARK: - Settings

    func mappings() async throws -> [String: [Edition<ImportMapping>]] {
        let rows = try await store.read { try EditionStore.list(.importMapping, in: $0) }
        var found: [String: [Edition<ImportMapping>]] = [:]
        for (name, edition) in rows {
            // A mapping that cannot be read any more is left out; the others go on.
            guard let mapping = try? ImportMapping(edition.value) else { continue }
            found[name, default: []].append(edition.with(mapping))
        }
        return found
    }

    /// The edition that holds now.
    /// - Throws: `Problem` when there is none.
    func mapping(_ id: String) async throws -> Edition<ImportMapping> {
        let rows = try await store.read { try EditionStore.list(.importMapping, id, in: $0) }
        guard let edition = rows.edition(at: clock.now) else {
            throw Problem(
                .notFound, title: "The mapping is not known", detail: String(id.prefix(80)))
        }
        return edition.with(try ImportMapping(edition.value))
    }

    func sources() async throws -> [Edition<ImportSource>] {
        let rows = try await store.read { try EditionStore.list(.importSource, in: $0) }
        var newest: [String: Edition<JSONValue>] = [:]
        for (name, edition) in rows { newest[name] = edition }
        return newest.sorted { $0.key < $1.key }.compactMap { _, edition in
            // A source that cannot be read any more is left out; the others go on.
            (try? ImportSource(edition.value)).map { edition.with($0) }
        }
    }

    /// - Returns: the new edition's number; the present one when nothing has changed.
    /// - Throws: `Problem` when a type belongs to another service.
    func keep(
        _ mapping: ImportMapping, by author: String, validFrom: Timestamp? = nil
    ) async throws -> Int {
        for type in mapping.types { try types.check(type) }
        let from = validFrom ?? clock.now
        return try await store.write { transaction in
            let known = try EditionStore.list(.importMapping, mapping.id, in: transaction)
            if let last = known.last, last.value == mapping.json, validFrom == nil {
                return last.number
            }
            let number = try EditionStore.add(
                .importMapping, mapping.id, body: mapping.json, validFrom: from, by: author,
                in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: author, action: "import-mapping.keep",
                    noun: "import-mapping:\(mapping.id)", detail: "edition \(number)"),
                in: transaction)
            return number
        }
    }

    func keep(_ source: ImportSource, by author: String) async throws {
        _ = try await mapping(source.mappingID)
        let now = clock.now
        try await store.write { transaction in
            let number = try EditionStore.add(
                .importSource, source.id, body: source.json, validFrom: now, by: author,
                in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: author, action: "import-source.keep",
                    noun: "import-source:\(source.id)", detail: "edition \(number)"),
                in: transaction)
        }
    }

    // MARK: - Files

    func addDraft(_ bytes: [UInt8], fileName: String, by author: String) async throws -> String {
        let draft = ImportDraft(
            id: SecretToken(random: random).text, fileName: String(fileName.prefix(200)),
            madeBy: author, at: clock.now, bytes: bytes)
        try await store.write { transaction in
            try ImportStore.add(draft, in: transaction)
            try ImportStore.forgetOldDrafts(in: transaction)
        }
        return draft.id
    }

    /// - Throws: `Problem` when it is gone.
    func draft(_ id: String) async throws -> ImportDraft {
        guard let draft = try await store.read({ try ImportStore.findDraft(id, in: $0) }) else {
            throw Problem(
                .notFound, title: "The file is not there any more",
                detail: "Only the last \(ImportStore.draftsMax) files wait for their import.",
                remedy: "Upload it again.")
        }
        return draft
    }

    // MARK: - Runs

    /// Imports a table and keeps what became of it.
    /// - Returns: the run; its `failure` says why nothing could be read.
    func run(
        _ bytes: [UInt8], _ mapping: Edition<ImportMapping>, origin: String, by author: String
    ) async throws -> ImportRun {
        try await run([bytes], mapping, origin: origin, by: author)
    }

    /// Imports documents, one after the other, as one run; one that cannot be read leaves the others.
    func run(
        _ documents: [[UInt8]], _ mapping: Edition<ImportMapping>, origin: String,
        by author: String
    ) async throws -> ImportRun {
        let importer = TableImporter(broker: broker, cityID: cityID, clock: clock)
        var run = ImportRun(
            id: 0, mapping: mapping.value.id, edition: mapping.number, origin: origin,
            madeBy: author, at: clock.now, report: RowReport())
        for bytes in documents {
            do {
                let table = try SourceTable(bytes, at: mapping.value.table)
                run.report.add(
                    try await importer.run(
                        mapping.value, table, source: "import/\(mapping.value.id)"))
            } catch let error as ImportRefusal {
                run.failure = error
            } catch let error as BrokerError {
                run.failure = ImportRefusal(telling: error.problem)
            }
        }
        return try await keep(run, by: author)
    }

    func keep(_ run: ImportRun, by author: String) async throws -> ImportRun {
        var kept = run
        kept.id = try await store.write { transaction in
            let id = try ImportStore.add(run, in: transaction)
            try ImportStore.forgetOldRuns(in: transaction)
            // What nobody asked for just now would only fill the audit.
            guard !author.hasPrefix("edge") else { return id }
            try Identity.record(
                AuditEntry(
                    actor: author, action: "import.run", noun: "import-mapping:\(run.mapping)",
                    detail: "run \(id), \(run.report.stored) stored, \(run.report.bad) bad"),
                in: transaction)
            return id
        }
        return kept
    }

    func runs(limit: Int = 50) async throws -> [ImportRun] {
        try await store.read { try ImportStore.listRuns(limit: limit, in: $0) }
    }

    /// - Throws: `Problem` when it is not known.
    func findRun(_ id: Int64) async throws -> ImportRun {
        guard let run = try await store.read({ try ImportStore.findRun(id, in: $0) }) else {
            throw Problem(.notFound, title: "The import is not known", detail: "\(id)")
        }
        return run
    }
}
