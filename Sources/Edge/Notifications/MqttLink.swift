import CMosquitto
import CityKernel
import CityStore
import Foundation
import Synchronization

/// One connection to a message server that notifications are published through, on a thread of its
/// own. A link that was lost is not mended: the next notification makes another.
///
/// Safety: libmosquitto locks its handle; our own state is behind the mutex.
final class MqttLink: @unchecked Sendable {
    private typealias Waiter = CheckedContinuation<Void, any Error>

    private enum Phase {
        case connecting
        case connected
        case ended(String)
    }

    private struct State {
        var phase = Phase.connecting
        /// Wait for the connection.
        var entrants: [Int: Waiter] = [:]
        /// Wait for the server to take a message, by the library's number for it.
        var senders: [Int32: Waiter] = [:]
        /// Taken before the sender had time to wait.
        var early: Set<Int32> = []
        var next = 0
    }

    private let handle: OpaquePointer
    private let loop: MqttLoop
    private let isFive: Bool
    private let state = Mutex(State())

    private static let keepAliveSeconds: Int32 = 30
    private static let initializeLibrary: Void = { _ = mosquitto_lib_init() }()

    /// Begins to connect.
    init(_ server: MqttAddress.Server) throws(DeliveryError) {
        Self.initializeLibrary
        let isCleanSession = true
        guard let handle = mosquitto_new(nil, isCleanSession, nil) else {
            throw .temporary("no memory for a client")
        }
        do {
            loop = try MqttLoop(handle)
        } catch {
            mosquitto_destroy(handle)
            throw .temporary("\(error)")
        }
        self.handle = handle
        isFive = server.version == .five
        let version = isFive ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311
        mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, version)
        setCallbacks()
        if let user = server.user { mosquitto_username_pw_set(handle, user, server.password) }
        if server.isEncrypted {
            let code = mosquitto_tls_set(handle, nil, "/etc/ssl/certs", nil, nil, nil)
            guard code == MOSQ_ERR_SUCCESS.number else {
                mosquitto_destroy(handle)
                throw .temporary("no connection: " + MqttLibrary.words(code))
            }
        }
        loop.start { [self] in
            mosquitto_connect(
                self.handle, server.host, Int32(server.port), Self.keepAliveSeconds)
        } onEnd: { [self] words in
            end("no connection: " + words)
        }
    }

    /// Ends the connection; its thread is waited for on a thread of the system.
    func close() {
        end("closed")
        DispatchQueue.global().async { [self] in
            mosquitto_disconnect(handle)
            loop.stop()
            mosquitto_destroy(handle)
        }
    }

    var isEnded: Bool {
        state.withLock { if case .ended = $0.phase { true } else { false } }
    }

    /// Returns once the server has taken the message as its quality of service demands.
    func publish(
        _ payload: [UInt8], to topic: String, quality: Int32,
        properties: [(key: String, value: String)]
    ) async throws {
        try await waitForConnection()
        var list: OpaquePointer?
        if isFive {
            let userProperty: Int32 = 38
            for (key, value) in properties {
                mosquitto_property_add_string_pair(&list, userProperty, key, value)
            }
        }
        defer { mosquitto_property_free_all(&list) }
        var number: Int32 = 0
        let code = mosquitto_publish_v5(
            handle, &number, topic, Int32(payload.count), payload, quality, false, list)
        guard code == Int32(MOSQ_ERR_SUCCESS.rawValue) else {
            throw DeliveryError.temporary(String(cString: mosquitto_strerror(code)))
        }
        loop.wake()
        try await waitForServer(number)
    }

    // MARK: - Waiting

    private func waitForConnection() async throws {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await waiting { state, waiter in
            if case .connected = state.phase { return .success(()) }
            state.entrants[ticket] = waiter
            return nil
        } onCancel: {
            $0.entrants.removeValue(forKey: ticket)
        }
    }

    private func waitForServer(_ number: Int32) async throws {
        try await waiting { state, waiter in
            if state.early.remove(number) != nil { return .success(()) }
            state.senders[number] = waiter
            return nil
        } onCancel: {
            $0.senders.removeValue(forKey: number)
        }
    }

    private func waiting(
        _ enter: @Sendable (inout State, Waiter) -> Result<Void, any Error>?,
        onCancel leave: @escaping @Sendable (inout State) -> Waiter?
    ) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: Waiter) in
                let known: Result<Void, any Error>? = state.withLock { state in
                    if case .ended(let reason) = state.phase {
                        return .failure(DeliveryError.temporary(reason))
                    }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    return enter(&state, waiter)
                }
                if let known { waiter.resume(with: known) }
            }
        } onCancel: {
            state.withLock { leave(&$0) }?.resume(throwing: CancellationError())
        }
    }

    // MARK: - Callbacks

    private func setCallbacks() {
        mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
        mosquitto_connect_callback_set(handle) { _, me, code in
            MqttLink.from(me)?.connected(code)
        }
        mosquitto_disconnect_callback_set(handle) { _, me, _ in
            MqttLink.from(me)?.end("the connection was lost")
        }
        mosquitto_publish_callback_set(handle) { _, me, number in
            MqttLink.from(me)?.taken(number)
        }
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> MqttLink? {
        pointer.map { Unmanaged<MqttLink>.fromOpaque($0).takeUnretainedValue() }
    }

    private func connected(_ code: Int32) {
        guard code == 0 else {
            let words = isFive ? mosquitto_reason_string(code) : mosquitto_connack_string(code)
            return end("refused: " + (words.map { String(cString: $0) } ?? "\(code)"))
        }
        let entrants = state.withLock { state in
            state.phase = .connected
            defer { state.entrants = [:] }
            return state.entrants
        }
        for waiter in entrants.values { waiter.resume() }
    }

    private func taken(_ number: Int32) {
        let waiter = state.withLock { state -> Waiter? in
            if let waiter = state.senders.removeValue(forKey: number) { return waiter }
            state.early.insert(number)
            return nil
        }
        waiter?.resume()
    }

    private func end(_ reason: String) {
        let waiters = state.withLock { state -> [Waiter] in
            if case .ended = state.phase { return [] }
            state.phase = .ended(reason)
            defer {
                state.entrants = [:]
                state.senders = [:]
            }
            return Array(state.entrants.values) + Array(state.senders.values)
        }
        for waiter in waiters { waiter.resume(throwing: DeliveryError.temporary(reason)) }
    }
}
