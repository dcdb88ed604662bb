import CLibPQ
import Foundation
import Logging

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Hears the tenant's notifications from every process, on a connection and a thread of its own.
///
/// It also watches over the server: while no write or read asks, it is the one that notices that the
/// server went, and that it came back.
final class PostgreSQLListener: Sendable {
    private static let separator: Character = "\u{1}"
    /// Seconds to wait before each try to reach the server again; the last one repeats.
    private static let reconnectWaits = [0.1, 0.2, 0.5, 1, 2, 5]
    /// How long a silent connection is trusted.
    private static let silenceMilliseconds: Int32 = 10_000

    private let thread: WorkThread
    private let stopPipe: Int32

    /// The city's channel travels inside the payload: one `LISTEN` serves them all.
    static func payload(of notification: StoreNotification) -> String {
        "\(notification.channel)\(separator)\(notification.payload)"
    }

    init(_ address: PostgreSQLAddress, board: NotificationBoard, health: HealthBook) {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no file descriptor is left for a pipe")
        let stopSignal = ends[0]
        stopPipe = ends[1]
        thread = WorkThread(name: "city-listener") {
            Self.listen(address, board, health, until: stopSignal)
            _ = close(stopSignal)
        }
    }

    func stop() async {
        _ = close(stopPipe)
        await thread.ended()
    }

    private static func listen(
        _ address: PostgreSQLAddress, _ board: NotificationBoard, _ health: HealthBook,
        until stopSignal: Int32
    ) {
        var failures = 0
        var hasListened = false
        while true {
            do {
                let handle = try address.connect()
                defer { PQfinish(handle) }
                try PostgreSQLAddress.run("LISTEN \(address.channel)", on: handle)
                health.enterReachable()
                failures = 0
                // Whatever was notified while nobody listened is lost.
                if hasListened { board.publishGap() }
                hasListened = true
                if try hear(handle, board, until: stopSignal) { return }
            } catch {
                health.enter(StoreError(caught: error))
                let wait = reconnectWaits[min(failures, reconnectWaits.count - 1)]
                failures += 1
                if waitFor([stopSignal], milliseconds: Int32(wait * 1_000)).first == true { return }
            }
        }
    }

    /// - Returns: `true` when asked to stop.
    private static func hear(
        _ handle: OpaquePointer, _ board: NotificationBoard, until stopSignal: Int32
    ) throws -> Bool {
        while true {
            let ready = waitFor([stopSignal, PQsocket(handle)], milliseconds: silenceMilliseconds)
            if ready[0] { return true }
            if !ready[1] { try PostgreSQLAddress.run("SELECT 1", on: handle) }
            guard PQconsumeInput(handle) == 1 else {
                throw PostgreSQLFailure(connection: handle, sql: "LISTEN").error
            }
            while let notification = PQnotifies(handle) {
                publish(String(cString: notification.pointee.extra), on: board)
                PQfreemem(notification)
            }
        }
    }

    private static func publish(_ text: String, on board: NotificationBoard) {
        guard let end = text.firstIndex(of: separator) else { return }
        board.publish(
            StoreNotification(
                channel: String(text[..<end]), payload: String(text[text.index(after: end)...])))
    }

    /// - Returns: which descriptors have something to read, or were closed at the other end.
    private static func waitFor(_ descriptors: [Int32], milliseconds: Int32) -> [Bool] {
        var waits = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&waits, nfds_t(waits.count), milliseconds) > 0 else {
            return descriptors.map { _ in false }
        }
        return waits.map { $0.revents != 0 }
    }
}
