import CityKernel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A position on the picture, in pixels from the top left.
struct ScreenPoint: Hashable {
    var x: Double
    var y: Double

    func distance(to other: ScreenPoint) -> Double {
        ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot()
    }
}

/// A rectangle on the picture.
struct ScreenBox: Hashable {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    init(centre: ScreenPoint, radius: Double) {
        self.init(
            left: centre.x - radius, top: centre.y - radius, right: centre.x + radius,
            bottom: centre.y + radius)
    }

    func overlaps(_ other: ScreenBox) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    func contains(_ other: ScreenBox) -> Bool {
        left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom
    }

    func contains(_ point: ScreenPoint) -> Bool {
        (left...right).contains(point.x) && (top...bottom).contains(point.y)
    }

    func grown(by margin: Double) -> ScreenBox {
        ScreenBox(
            left: left - margin, top: top - margin, right: right + margin,
            bottom: bottom + margin)
    }
}

/// Turns places into positions: the plane touches the earth in the middle of the frame, so that a
/// kilometre is as long upward as sideways.
struct ScreenFrame {
    let box: ScreenBox
    let metresPerPixel: Double
    private let centre: GeoPoint
    private let pixelsPerDegree: (x: Double, y: Double)

    init(_ frame: GeoBox, width: Double, height: Double, margin: Double) {
        box = ScreenBox(left: 0, top: 0, right: width, bottom: height)
        centre = GeoPoint(
            latitude: (frame.south + frame.north) / 2, longitude: (frame.west + frame.east) / 2)
        let shrink = cos(centre.latitude * .pi / 180)
        let spanX = max((frame.east - frame.west) * shrink, 1e-6)
        let spanY = max(frame.north - frame.south, 1e-6)
        let scale = min((width - 2 * margin) / spanX, (height - 2 * margin) / spanY)
        pixelsPerDegree = (scale * shrink, scale)
        metresPerPixel = 111_195 / scale
    }

    func project(_ point: GeoPoint) -> ScreenPoint {
        ScreenPoint(
            x: box.right / 2 + (point.longitude - centre.longitude) * pixelsPerDegree.x,
            y: box.bottom / 2 - (point.latitude - centre.latitude) * pixelsPerDegree.y)
    }
}
