import CityBroker
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// A connection of a neighbouring city: mutual TLS with the credentials of now, the HTTP parser, the
/// doors of the API. No page is served here.
struct NeighbourChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let http: HTTP1Channel
    private let directory: NeighbourDirectory
    private let log: RefusalLog

    init(
        directory: NeighbourDirectory, log: RefusalLog,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.directory = directory
        self.log = log
        http = HTTP1Channel(responder: responder, configuration: CityChannel.parsing)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let (directory, log) = (directory, log)
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(NIOSSLServerHandler(context: directory.server))
            try pipeline.addHandler(HandshakeWatch(log: log))
        }.flatMap {
            http.setup(channel: channel, logger: logger)
        }.flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(
                type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(
                ConnectionWatch(idleTimeout: WebLimits.idleTimeoutMax), position: .after(parser))
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await http.handle(value: value, logger: logger)
    }
}

/// Tells of connections whose certificate is not accepted.
private final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let log: RefusalLog
    private var isTold = false

    init(log: RefusalLog) { self.log = log }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A handshake that fails says so more than once; other errors are those of a closed line.
        if !isTold, case NIOSSLError.handshakeFailed = error {
            isTold = true
            log.tell("the certificate was not accepted", of: context.channel.remoteAddress)
        }
        context.fireErrorCaught(error)
    }
}
