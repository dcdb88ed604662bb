import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

/// Where sources notify the city of what its subscribers asked for (§5.8.6). Who names a
/// subscription that nobody can guess is the source that was told of it.
struct RemoteNotificationDoor {
    let broker: Broker
    let tenants: TenantDirectory?

    func open(on router: CityRouter) {
        router.post(RouterPath(RemoteSubscriptionDocument.path)) { request, _ in
            try await broker(for: request).passOn(try await Self.notification(request))
            return Response(status: .ok)
        }
    }

    private func broker(for request: Request) async throws -> Broker {
        guard let name = request.headers[.tenant], !name.isEmpty else { return broker }
        guard let found = try await tenants?.find(name) else {
            throw Problem(
                .unknownTenant, title: "The tenant is not known",
                detail: "This city has no tenant \"\(name.prefix(80))\".")
        }
        return found
    }

    private static func notification(_ request: Request) async throws -> JSONValue {
        do {
            // As much as is read of an answer.
            let buffer = try await request.body.collect(upTo: SourceClient.replyBytesMax)
            return try JSONValue(parsing: Array(buffer.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw Problem(
                .tooLarge, title: "The notification is too large",
                detail: "A notification has at most \(SourceClient.replyBytesMax) bytes.")
        }
    }
}
