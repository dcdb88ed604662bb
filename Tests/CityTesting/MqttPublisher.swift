import CMosquitto
import Foundation
import Synchronization

/// A sensor's side of MQTT: publishes with QoS 1 and keeps what is not yet acknowledged over the
/// server's restarts, as libmosquitto does for every real device.
package final class MqttPublisher: @unchecked Sendable {
    // Safety: libmosquitto locks its handle; our own state is behind the mutex.
    private struct State {
        var acknowledged = 0
        var isClosing = false
    }

    private static let turnMilliseconds: Int32 = 5
    private let ended = DispatchSemaphore(value: 0)

    private let handle: OpaquePointer
    private let state = Mutex(State())

    /// Connects and works on a thread of its own. The library's thread would use `select()`, which
    /// fails in a process with more than 1,024 open files, as a run of all tests is.
    /// - Parameters:
    ///   - login: user and password, if the server asks.
    ///   - authorityFile: speaks TLS when given.
    package init(
        port: Int, clientID: String = "sensor", login: (user: String, password: String)? = nil,
        authorityFile: String? = nil
    ) {
        _ = mosquitto_lib_init()
        guard let handle = mosquitto_new(clientID, false, nil) else {
            preconditionFailure("no memory for a client")
        }
        self.handle = handle
        mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
        mosquitto_publish_callback_set(handle) { _, me, _ in
            guard let me else { return }
            Unmanaged<MqttPublisher>.fromOpaque(me).takeUnretainedValue().acknowledge()
        }
        if let login { mosquitto_username_pw_set(handle, login.user, login.password) }
        if let authorityFile { mosquitto_tls_set(handle, authorityFile, nil, nil, nil, nil) }
        // Only our thread writes; callers only queue.
        mosquitto_threaded_set(handle, true)
        precondition(mosquitto_connect(handle, "127.0.0.1", Int32(port), 30) == 0, "no server")
        Thread.detachNewThread { self.work() }
    }

    private func work() {
        while !state.withLock({ $0.isClosing }) {
            if !turn() {
                // The server may be away for a while, and nobody tells when it is back.
                usleep(20_000)
                _ = mosquitto_reconnect(handle)
            }
        }
        _ = turn()
        ended.signal()
    }

    /// - Returns: whether the connection holds.
    private func turn() -> Bool {
        var descriptor = pollfd(fd: mosquitto_socket(handle), events: Int16(POLLIN), revents: 0)
        guard descriptor.fd >= 0 else { return false }
        _ = poll(&descriptor, 1, Self.turnMilliseconds)
        // TLS may hold bytes that the socket does not show any more, so reading is always tried.
        return mosquitto_loop_read(handle, 16) == 0 && mosquitto_loop_misc(handle) == 0
            && (!mosquitto_want_write(handle) || mosquitto_loop_write(handle, 16) == 0)
    }

    /// Queues a message; it is sent now or after a reconnection.
    package func publish(_ topic: String, _ payload: String) {
        let bytes = Array(payload.utf8)
        let code = mosquitto_publish(handle, nil, topic, Int32(bytes.count), bytes, 1, false)
        // While the server is away the library keeps the message.
        precondition(code == 0 || code == 4, "publishing failed with \(code)")
    }

    /// Returns once the server has acknowledged `count` messages since the beginning.
    /// - Throws: `Late` after a minute.
    package func waitForAcknowledgements(_ count: Int) async throws {
        try await until("\(count) acknowledgements") {
            state.withLock { $0.acknowledged } >= count
        }
    }

    package func close() {
        mosquitto_disconnect(handle)
        state.withLock { $0.isClosing = true }
        ended.wait()
        mosquitto_destroy(handle)
    }

    private func acknowledge() {
        state.withLock { $0.acknowledged += 1 }
    }
}
