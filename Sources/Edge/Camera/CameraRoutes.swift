package import CityKernel
import HTTPTypes
package import Hummingbird
import NIOCore

/// `GET /cameras/{id}/still`: the last good picture while it is young enough to be believed.
package struct CameraRoutes: Sendable {
    private let cameras: [String: CameraSettings]
    private let shelf: CameraShelf
    private let clock: any CityClock

    package init(cameras: [CameraSettings], shelf: CameraShelf, clock: any CityClock) {
        self.cameras = Dictionary(cameras.map { ($0.id, $0) }) { first, _ in first }
        self.shelf = shelf
        self.clock = clock
    }

    /// Adds the route to a router whose middleware turns a `Problem` into an answer.
    package func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.get("/cameras/:id/still") { request, context in
            try answer(request, camera: context.parameters.get("id") ?? "")
        }
    }

    private func answer(_ request: Request, camera id: String) throws -> Response {
        guard let camera = cameras[id] else {
            throw Problem(
                .notFound, title: "The camera is not known", detail: "\(id.prefix(80))")
        }
        guard let (still, entityTag) = shelf.find(id) else {
            throw Problem(
                .notFound, title: "There is no picture yet", detail: "\(id) has sent none.")
        }
        let age = clock.now.since(still.takenAt)
        let rest = Double(camera.maximumAgeSeconds) - age.inSeconds
        guard rest > 0 else {
            throw Problem(
                .notFound, title: "The picture is too old to be shown",
                detail: "The last picture of \(id) was taken \(Int(age.inMinutes)) minutes ago.")
        }
        // No cache may show the picture longer than we would.
        let cacheSeconds = min(camera.intervalSeconds, Int(rest))
        let headers: HTTPFields = [
            .cacheControl: "public, max-age=\(cacheSeconds)", .eTag: entityTag,
            .lastModified: HTTPDate.text(still.takenAt), .contentType: still.format.rawValue,
            .xContentTypeOptions: "nosniff",
        ]
        if request.headers[.ifNoneMatch] == entityTag {
            return Response(status: .notModified, headers: headers)
        }
        return Response(
            status: .ok, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: still.bytes)))
    }
}
