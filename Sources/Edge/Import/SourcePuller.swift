import AsyncHTTPClient
import CityBroker
import CityKernel
import CityStore
import Logging
import ServiceLifecycle
import Synchronization

/// How one source fares.
struct SourceHealth: Sendable, Hashable {
    var lastGoodAt: Timestamp?
    var lastAskedAt: Timestamp?
    var failures: Int64 = 0
    var lastFailure: ImportRefusal?
    var lastFailureAt: Timestamp?
    /// The newest time that a row carried; a source that answers well with old rows is not fresh.
    var newestReadingAt: Timestamp?
    var lastReport: RowReport?
}

/// A table of water levels that the operator named in `city.yaml`.
struct LevelFeed: Sendable {
    static let mappingID = "water-levels"

    var id: String
    var url: String
    var intervalSeconds: Int
    var importer: LevelImporter
}

/// Pulls tables from their publishers on schedule and imports what has changed: sources that staff
/// keep, and the feeds of water levels. A failure keeps everything that came before and is shown.
final class SourcePuller: Service, Sendable {
    static let turn = Duration.seconds(2)
    static let timeoutSecondsMax = 30

    /// One thing to pull.
    struct Plan: Sendable {
        var id: String
        var interval: Duration
        var address: String
        /// Another edition: what was fetched before says nothing of it.
        var edition: Int
        var fetcher: Fetcher
        /// Imports what came; keeps the run and returns it.
        var take: @Sendable ([UInt8]) async throws -> (run: ImportRun, newest: Timestamp?)
    }

    private struct Memory {
        var health = SourceHealth()
        var version: Fetcher.Version?
        var edition: Int?
        var address: String?
        /// Entries of a feed whose documents were imported, the newest last.
        var seen: [String] = []

        mutating func note(seen more: [String]) {
            seen += more
            seen.removeFirst(max(0, seen.count - FeedLinks.seenMax))
        }
    }

    let outbound: OutboundClient
    let feeds: [LevelFeed]
    private let desk: ImportDesk
    private let logger: Logger
    private let memory = Mutex<[String: Memory]>([:])

    init(
        desk: ImportDesk, outbound: OutboundClient, feeds: [LevelFeed] = [], logger: Logger
    ) {
        self.desk = desk
        self.outbound = outbound
        self.feeds = feeds
        self.logger = logger
    }

    func health(of source: String) -> SourceHealth {
        memory.withLock { $0[source]?.health ?? SourceHealth() }
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await self.pullDue()
                } catch let error as StoreError {
                    self.logger.warning("sources not pulled", metadata: ["error": "\(error)"])
                }
                try await self.desk.clock.sleep(for: Self.turn)
            }
        } onEnd: {
        }
    }

    /// Asks every source whose time has come, one after the other.
    func pullDue() async throws {
        let now = desk.clock.now
        func isDue(_ id: String, every interval: Duration) -> Bool {
            let asked = memory.withLock { $0[id]?.health.lastAskedAt }
            return asked.map { now.since($0) >= interval } ?? true
        }
        for feed in feeds where isDue(feed.key, every: .seconds(feed.intervalSeconds)) {
            try await pull(feed)
        }
        for edition in try await desk.sources() where edition.value.isActive {
            let source = edition.value
            if isDue(source.id, every: .seconds(source.intervalSeconds)) {
                try await pull(edition)
            }
        }
    }
}

extension LevelFeed {
    /// Told apart from the sources of staff, whose ids have no colon.
    var key: String { "feed:\(id)" }
}

// MARK: - Pulling

extension SourcePuller {
    /// Asks a source of staff once; its address leads nowhere that the guard closes.
    func pull(_ edition: Edition<ImportSource>) async throws {
        let source = edition.value
        let address = source.address(at: desk.clock.now)
        let (desk, outbound) = (desk, outbound)
        try await pull(source.id) {
            let mapping = try await desk.mapping(source.mappingID)
            let fetcher = try Fetcher(
                guarded: outbound, url: address, timeoutSecondsMax: Self.timeoutSecondsMax,
                bodyBytesMax: SourceTable.bytesMax)
            return Plan(
                id: source.id, interval: .seconds(source.intervalSeconds), address: address,
                edition: edition.number, fetcher: fetcher
            ) { [self] bytes in
                if source.followsLinks {
                    return (try await follow(bytes, edition, mapping), nil)
                }
                return (
                    try await desk.run(
                        bytes, mapping, origin: source.name, by: "edge/import"), nil
                )
            }
        }
    }

    /// Gets what the entries of a feed lead to, each once, the oldest first. What cannot be had now is
    /// asked for again at the next pull.
    private func follow(
        _ bytes: [UInt8], _ edition: Edition<ImportSource>, _ mapping: Edition<ImportMapping>
    ) async throws -> ImportRun {
        let source = edition.value
        let links = try FeedLinks(bytes, words: source.linkWords)
        let seen = memory.withLock { $0[source.id]?.seen ?? [] }
        var documents: [[UInt8]] = []
        var got: [String] = []
        var failure: ImportRefusal?
        for link in links.links where !seen.contains(link.id) {
            do {
                let fetcher = try Fetcher(
                    guarded: outbound, url: link.url, timeoutSecondsMax: Self.timeoutSecondsMax,
                    bodyBytesMax: XMLReader.bytesMax)
                guard case .body(let document, _, _) = try await fetcher.fetch(unless: nil) else {
                    continue
                }
                documents.append(document)
                got.append(link.id)
            } catch let error as FetchError {
                failure = ImportRefusal(error)
            } catch let error as Problem {
                failure = ImportRefusal(telling: error)
            }
        }
        guard !documents.isEmpty else {
            return ImportRun(
                id: 0, mapping: mapping.value.id, edition: mapping.number, origin: source.name,
                madeBy: "edge/import", at: desk.clock.now, report: RowReport(), failure: failure)
        }
        var run = try await desk.run(
            documents, mapping, origin: source.name, by: "edge/import")
        memory.withLock { $0[source.id]?.note(seen: got) }
        run.failure = run.failure ?? failure
        return run
    }

    /// Asks a feed of water levels once, at the address that the operator wrote.
    func pull(_ feed: LevelFeed) async throws {
        let desk = desk
        try await pull(feed.key) {
            Plan(
                id: feed.key, interval: .seconds(feed.intervalSeconds), address: feed.url,
                edition: 0,
                fetcher: try Fetcher(
                    client: .shared, url: feed.url, bodyBytesMax: LevelTableReader.bytesMax)
            ) { bytes in
                let report = try await feed.importer.importTable(
                    bytes, file: feed.id, source: "feed/\(feed.id)")
                var run = ImportRun(
                    id: 0, mapping: LevelFeed.mappingID, edition: 0, origin: feed.id,
                    madeBy: "edge/feed", at: desk.clock.now, report: RowReport(report))
                if report.isRefused, let first = report.diagnostics.first {
                    run.failure = ImportRefusal(.told, first.message, first.remedy ?? "")
                }
                return (try await desk.keep(run, by: run.madeBy), report.newestReadingAt)
            }
        }
    }

    /// A failure of the publisher is a state of the source; only the store's are thrown.
    private func pull(_ id: String, _ makePlan: () async throws -> Plan) async throws {
        let now = desk.clock.now
        memory.withLock { $0[id, default: Memory()].health.lastAskedAt = now }
        do {
            let plan = try await makePlan()
            let known = memory.withLock { memory -> Fetcher.Version? in
                let one = memory[id]
                return one?.edition == plan.edition && one?.address == plan.address
                    ? one?.version : nil
            }
            guard
                case .body(let bytes, let version, _) = try await plan.fetcher.fetch(
                    unless: known)
            else { return succeed(id) }
            let (run, newest) = try await plan.take(bytes)
            if let failure = run.failure { return fail(id, failure) }
            succeed(id)
            memory.withLock { memory in
                memory[id]?.version = version
                memory[id]?.edition = plan.edition
                memory[id]?.address = plan.address
                memory[id]?.health.lastReport = run.report
                let before = memory[id]?.health.newestReadingAt
                memory[id]?.health.newestReadingAt = [before, newest].compactMap { $0 }.max()
            }
        } catch let error as ImportRefusal {
            fail(id, error)
        } catch let error as FetchError {
            fail(id, ImportRefusal(error))
        } catch let error as Problem {
            fail(id, ImportRefusal(telling: error))
        }
    }

    private func succeed(_ id: String) {
        let now = desk.clock.now
        memory.withLock {
            $0[id]?.health.lastGoodAt = now
            $0[id]?.health.lastFailure = nil
        }
    }

    private func fail(_ id: String, _ refusal: ImportRefusal) {
        let now = desk.clock.now
        memory.withLock {
            $0[id]?.health.failures += 1
            $0[id]?.health.lastFailure = refusal
            $0[id]?.health.lastFailureAt = now
        }
        logger.warning(
            "source failed", metadata: ["source": "\(id)", "reason": "\(refusal.message.english)"])
    }
}

extension SourceHealth {
    /// For the status of the ingest door.
    var json: JSONValue {
        [
            "lastGoodAt": lastGoodAt.json, "newestReadingAt": newestReadingAt.json,
            "failures": .integer(failures),
            "lastFailure": lastFailure.map { .string($0.message.japanese) } ?? .null,
            "lastFailureAt": lastFailureAt.json,
            "lastReport": lastReport?.json(in: .japanese) ?? .null,
        ]
    }
}
