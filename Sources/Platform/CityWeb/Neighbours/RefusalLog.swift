import CityKernel
import Logging
import NIOCore
import Synchronization

/// Writes who was refused at the door for neighbours into the log: the address and the names that a
/// certificate claims, never its bytes. Whoever knocks without end fills no disk.
final class RefusalLog: Sendable {
    /// Lines in one minute; the next minute tells how many more there were.
    static let linesPerMinuteMax = 20

    private struct Minute {
        var number: Int64 = 0
        var lines = 0
        var silenced = 0
    }

    private let logger: Logger
    private let clock: any CityClock
    private let minute = Mutex(Minute())

    init(logger: Logger, clock: any CityClock) {
        self.logger = logger
        self.clock = clock
    }

    func tell(_ reason: String, of address: SocketAddress?, names: [String] = []) {
        let number = clock.now.microseconds / 60_000_000
        let silenced = minute.withLock { minute -> Int? in
            var before = 0
            if minute.number != number {
                before = minute.silenced
                minute = Minute(number: number)
            }
            guard minute.lines < Self.linesPerMinuteMax else {
                minute.silenced += 1
                return nil
            }
            minute.lines += 1
            return before
        }
        guard let silenced else { return }
        var metadata: Logger.Metadata = [
            "reason": "\(reason)", "address": "\(address?.ipAddress ?? "?")",
        ]
        if !names.isEmpty {
            metadata["names"] = "\(names.prefix(5).joined(separator: " ").prefix(200))"
        }
        if silenced > 0 { metadata["silenced"] = "\(silenced)" }
        logger.notice("a neighbour was refused", metadata: metadata)
    }
}
