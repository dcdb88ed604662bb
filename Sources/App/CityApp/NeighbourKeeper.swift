import CityBroker
import CityGateway
import CityKernel
import CityPlatform
import Foundation
import ServiceLifecycle

/// Takes up what was replaced while the city runs: certificates, keys and authorities of neighbours,
/// and the list of neighbours in `city.yaml`.
struct NeighbourKeeper: Service {
    /// How late a replaced file may be noticed.
    static let interval = Duration.seconds(5)

    let directory: NeighbourDirectory
    let gateway: Gateway
    /// The city's.
    let folder: URL
    let clock: any CityClock

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // The file may have changed between the start and now: it is read once in any case.
            var taken: Data?
            while !Task.isCancelled {
                do {
                    try await clock.sleep(for: Self.interval)
                } catch {
                    // The city is stopping, which is no failure.
                    return
                }
                directory.refresh()
                // A file that is just being replaced is looked at again the next time.
                guard let text = try? Data(contentsOf: file), text != taken else { continue }
                if await takeUp() { taken = text }
            }
        }
    }

    private var file: URL { folder.appendingPathComponent("city.yaml") }

    /// - Returns: whether this text needs no second reading.
    func takeUp() async -> Bool {
        let collector = DiagnosticCollector()
        let read = CityConfiguration.read(folder: folder, into: collector, clock: clock)
        guard let read, collector.errors.isEmpty else {
            directory.refuseList(collector.errors.map(\.description))
            return true
        }
        var settings = directory.settings
        if let fresh = read.neighbours { settings = fresh } else { settings.neighbours = [] }
        do {
            // Accounts first: who finds the door open finds its products, too.
            try await gateway.openAccounts(settings.neighbours.map(\.account))
        } catch {
            // The database is away: the next round tries again, the list of before goes on.
            return false
        }
        do {
            try directory.replace(settings)
        } catch {
            directory.refuseList(["\(error.file.rawValue): \(error.message) → \(error.remedy)"])
        }
        return true
    }
}
