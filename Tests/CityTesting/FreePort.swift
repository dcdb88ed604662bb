import NIOCore
import NIOPosix

/// Ports that nobody uses at the moment, from the kernel.
package enum FreePort {
    package static func tcp() throws -> Int {
        let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).wait()
        defer { try? channel.close().wait() }  // it served its purpose
        guard let port = channel.localAddress?.port else {
            throw ChannelError.unknownLocalAddress
        }
        return port
    }
}
