import CityBroker
import CityKernel
import HTTPTypes
package import Hummingbird
import NIOSSL

/// The door for neighbours: who it is stands in the certificate; only the context API is served.
package struct NeighbourResponder: HTTPResponder {
    package typealias Context = CityRequestContext

    private static let prefix = "/ngsi-ld/"

    private let directory: NeighbourDirectory
    private let inner: CityResponder
    private let log: RefusalLog

    init(_ directory: NeighbourDirectory, _ inner: CityResponder, log: RefusalLog) {
        self.directory = directory
        self.inner = inner
        self.log = log
    }

    package func respond(
        to request: Request, context: CityRequestContext
    ) async throws -> Response {
        // The handshake has demanded one.
        guard let certificate = try await context.channel.nioSSL_peerCertificate().get() else {
            return Self.stranger.jsonResponse
        }
        guard let neighbour = directory.neighbour(presenting: certificate) else {
            log.tell(
                "no neighbour has this certificate", of: context.remoteAddress,
                names: certificate.names)
            return Self.stranger.jsonResponse
        }
        guard request.uri.path.hasPrefix(Self.prefix) else {
            return Problem(
                .notFound, title: "Neighbours find only the context API here",
                detail: "Its addresses begin with \(Self.prefix)."
            ).jsonResponse
        }
        var context = context
        context.neighbour = neighbour
        // The certificate says who it is; a key would say it a second time.
        var head = request.head
        head.headerFields[.authorization] = nil
        // What it tells of a subscription says itself for which tenant that is.
        let isNotifying = request.uri.path == RemoteSubscriptionDocument.path
        if let tenant = neighbour.tenant, !isNotifying { head.headerFields[.tenant] = tenant }
        return try await inner.respond(
            to: Request(head: head, body: request.body), context: context)
    }

    private static let stranger = Problem(
        .forbidden, title: "This city does not know the certificate",
        detail: "None of its names is that of a neighbour.",
        remedy: "Ask the city to add the certificate's DNS name to `neighbours`.")
}
