import CMosquitto
import Foundation
import Synchronization

/// The work of one connection on a thread of its own. Any thread may publish meanwhile; `wake` says
/// that something waits to be written.
///
/// Safety: libmosquitto locks its handle; the ends of the pipe never change.
final class MqttLoop: @unchecked Sendable {
    /// Keep-alive is looked after this often when nothing else happens.
    private static let turnMilliseconds: Int32 = 1_000
    private static let packetsMax: Int32 = 16

    private let handle: OpaquePointer
    private let bell: (reader: Int32, writer: Int32)
    private let isEnding = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    /// - Throws: `MqttError.notMade` when the process has no file left.
    init(_ handle: OpaquePointer) throws(MqttError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .notMade("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        bell = (ends[0], ends[1])
        self.handle = handle
        mosquitto_threaded_set(handle, true)
    }

    deinit {
        close(bell.reader)
        close(bell.writer)
    }

    /// - Parameters:
    ///   - connect: may block; gives the library's code.
    ///   - onEnd: called once when the connection could not be made or was lost.
    func start(
        _ connect: @escaping @Sendable () -> Int32, onEnd: @escaping @Sendable (String) -> Void
    ) {
        Thread.detachNewThread { [self] in
            var code = connect()
            while code == MOSQ_ERR_SUCCESS.number, !isEnding.load(ordering: .acquiring) {
                code = turn()
            }
            if code == MOSQ_ERR_SUCCESS.number {
                // The good-bye that `mosquitto_disconnect` has queued.
                _ = mosquitto_loop_write(handle, Self.packetsMax)
            } else {
                onEnd(MqttLibrary.words(code))
            }
            ended.signal()
        }
    }

    func wake() {
        var ring: UInt8 = 1
        // A full pipe has been rung often enough.
        _ = write(bell.writer, &ring, 1)
    }

    /// Returns once the thread has ended; after `start` only.
    func stop() {
        isEnding.store(true, ordering: .releasing)
        wake()
        ended.wait()
    }

    private func turn() -> Int32 {
        let wantsWrite = mosquitto_want_write(handle)
        var waited = [
            pollfd(
                fd: mosquitto_socket(handle),
                events: Int16(POLLIN) | (wantsWrite ? Int16(POLLOUT) : 0), revents: 0),
            pollfd(fd: bell.reader, events: Int16(POLLIN), revents: 0),
        ]
        guard waited[0].fd >= 0 else { return MOSQ_ERR_NO_CONN.number }
        // An interrupted wait is only a short one.
        _ = poll(&waited, 2, Self.turnMilliseconds)
        if waited[1].revents != 0 {
            var rings = [UInt8](repeating: 0, count: 64)
            _ = read(bell.reader, &rings, rings.count)
        }
        if waited[0].revents & ~Int16(POLLOUT) != 0 {
            let code = mosquitto_loop_read(handle, Self.packetsMax)
            if code != MOSQ_ERR_SUCCESS.number { return code }
        }
        if mosquitto_want_write(handle) {
            let code = mosquitto_loop_write(handle, Self.packetsMax)
            if code != MOSQ_ERR_SUCCESS.number { return code }
        }
        return mosquitto_loop_misc(handle)
    }
}
