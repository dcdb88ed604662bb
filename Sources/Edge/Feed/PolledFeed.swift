package import AsyncHTTPClient
package import CityKernel
package import Logging
import ServiceLifecycle
import Synchronization

/// Pulls a table of water levels from its publisher at an interval and imports what is new.
///
/// Freshness of a gauge comes from the readings' own times: a feed that answers well with old rows
/// makes nothing fresh. A failure keeps everything that came before and is visible in `health`.
package final class PolledFeed: Service {
    /// What staff see of a feed.
    package struct Health: Sendable, Hashable {
        package var lastGoodAt: Timestamp?
        /// The newest time that a good row carried.
        package var newestReadingAt: Timestamp?
        package var lastFailure: String?
        package var lastFailureAt: Timestamp?
        package var failures: Int64 = 0
        package var lastReport: ImportReport?

        /// Since the last good answer; `nil` when there never was one.
        package func age(at now: Timestamp) -> Duration? { lastGoodAt.map { now.since($0) } }
    }

    package static let intervalSecondsRange = 10...86_400

    private let name: String
    private let fetcher: Fetcher
    private let importer: LevelImporter
    private let interval: Duration
    private let clock: any CityClock
    private let logger: Logger
    private let state = Mutex(Health())
    private let version = Mutex<Fetcher.Version?>(nil)

    /// - Parameter name: of the feed, for reports and for the source in the history.
    /// - Throws: `Problem` for a wrong address or interval.
    package init(
        name: String, url: String, intervalSeconds: Int = 60, timeoutSecondsMax: Int = 10,
        importer: LevelImporter, client: HTTPClient, clock: any CityClock, logger: Logger
    ) throws(Problem) {
        guard Self.intervalSecondsRange.contains(intervalSeconds) else {
            throw Problem(
                .invalidRequest, title: "A setting of the feed is out of range",
                detail: "intervalSeconds of \(name) must be 10 to 86400.",
                remedy: "Correct the interval in city.yaml.")
        }
        self.name = name
        self.fetcher = try Fetcher(
            client: client, url: url, timeoutSecondsMax: timeoutSecondsMax,
            bodyBytesMax: LevelTableReader.bytesMax)
        self.importer = importer
        self.interval = .seconds(intervalSeconds)
        self.clock = clock
        self.logger = logger
    }

    package var health: Health { state.withLock { $0 } }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while true {
                await self.poll()
                try await self.clock.sleep(for: self.interval)
            }
        } onEnd: {
        }
    }

    /// Asks once. Never throws: a failure is a state of the feed.
    package func poll() async {
        do {
            let answer = try await fetcher.fetch(unless: version.withLock { $0 })
            guard case .body(let bytes, let newVersion, _) = answer else { return succeed(nil) }
            let report = try await importer.importTable(
                bytes, file: name, source: "feed/\(name)")
            guard !report.isRefused else {
                return fail(report.diagnostics.first?.message ?? "表として読めません")
            }
            version.withLock { $0 = newVersion }
            succeed(report)
        } catch let error as FetchError {
            fail(error.words)
        } catch {
            logger.error("feed not stored", metadata: ["feed": "\(name)", "error": "\(error)"])
            fail("保存できませんでした")
        }
    }

    private func succeed(_ report: ImportReport?) {
        let now = clock.now
        state.withLock { state in
            state.lastGoodAt = now
            state.lastFailure = nil
            guard let report else { return }
            state.lastReport = report
            state.newestReadingAt = [state.newestReadingAt, report.newestReadingAt]
                .compactMap { $0 }.max()
        }
    }

    private func fail(_ words: String) {
        let now = clock.now
        state.withLock { state in
            state.failures += 1
            state.lastFailure = words
            state.lastFailureAt = now
        }
        logger.warning("feed failed", metadata: ["feed": "\(name)", "reason": "\(words)"])
    }
}
