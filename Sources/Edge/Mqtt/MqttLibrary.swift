import CMosquitto
import Foundation

/// What every use of libmosquitto begins with. Nobody calls its own loop, which uses `select()` and so
/// fails in a process with more than 1,024 open files: each connection polls its own socket.
enum MqttLibrary {
    private static let initialize: Void = { _ = mosquitto_lib_init() }()

    /// A client that is not connected yet.
    /// - Throws: `MqttError.notMade`.
    static func makeHandle(
        _ configuration: MqttConfiguration, isCleanSession: Bool
    ) throws -> OpaquePointer {
        initialize
        guard let handle = mosquitto_new(configuration.clientID, isCleanSession, nil) else {
            throw MqttError.notMade("no memory for a client")
        }
        do {
            try secure(handle, configuration)
            return handle
        } catch {
            mosquitto_destroy(handle)
            throw error
        }
    }

    /// Blocks while TCP and TLS are set up.
    /// - Throws: `MqttError.notMade`.
    static func connect(_ handle: OpaquePointer, _ configuration: MqttConfiguration) throws {
        try check(
            mosquitto_connect(
                handle, configuration.host, Int32(configuration.port),
                Int32(configuration.keepAliveSeconds)))
    }

    private static func secure(
        _ handle: OpaquePointer, _ configuration: MqttConfiguration
    ) throws {
        if let login = configuration.login {
            try check(mosquitto_username_pw_set(handle, login.user, login.password))
        }
        if let tls = configuration.tls {
            try check(
                mosquitto_tls_set(
                    handle, tls.authorityFile, nil, tls.certificateFile, tls.keyFile, nil))
        }
    }

    private static func check(_ code: Int32) throws {
        guard code == MOSQ_ERR_SUCCESS.number else { throw MqttError.notMade(words(code)) }
    }

    static func words(_ code: Int32) -> String {
        code == MOSQ_ERR_ERRNO.number
            ? String(cString: strerror(errno)) : String(cString: mosquitto_strerror(code))
    }
}

extension mosq_err_t {
    var number: Int32 { Int32(rawValue) }
}
