import CMosquitto
import Synchronization

/// A sensor's side of MQTT: publishes with QoS 1 and keeps what is not yet acknowledged over the
/// server's restarts, as libmosquitto does for every real device.
package final class MqttPublisher: @unchecked Sendable {
    // Safety: libmosquitto locks its handle; our own state is behind the mutex.
    private struct State {
        var acknowledged = 0
    }

    private let handle: OpaquePointer
    private let state = Mutex(State())

    /// Connects and runs the library's own thread.
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
        _ = mosquitto_reconnect_delay_set(handle, 1, 1, false)
        precondition(mosquitto_connect(handle, "127.0.0.1", Int32(port), 30) == 0, "no server")
        precondition(mosquitto_loop_start(handle) == 0, "no thread")
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
        mosquitto_loop_stop(handle, false)
        mosquitto_destroy(handle)
    }

    private func acknowledge() {
        state.withLock { $0.acknowledged += 1 }
    }
}
