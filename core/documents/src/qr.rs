use qrcode::render::svg;
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

use super::BrCode;

/// The light modules that readers need around the code (ISO 18004).
const MARGIN: usize = 4;

impl BrCode {
    /// The QR as an SVG image of at least `side` pixels a side, with its quiet zone.
    #[must_use]
    pub fn qr_svg(&self, side: u16) -> String {
        self.qr().map_or_else(String::new, |qr| {
            let side = u32::from(side);
            qr.render::<svg::Color<'_>>().min_dimensions(side, side).build()
        })
    }

    /// The QR as a PNG image in black and white, with its quiet zone; each module is `scale` pixels a side.
    #[must_use]
    pub fn qr_png(&self, scale: u8) -> Vec<u8> {
        self.qr().and_then(|qr| png_of(&qr, usize::from(scale.max(1)))).unwrap_or_default()
    }

    /// Makes the QR at level M, as BACEN's manual advises. A BR Code has at most 512 characters of four bytes, 2048
    /// bytes, and level M holds 2331, so this does not fail.
    fn qr(&self) -> Option<QrCode> {
        QrCode::with_error_correction_level(self.as_str(), EcLevel::M).ok()
    }
}

/// The image has one bit a pixel (1 is white), and its rows are padded to whole bytes.
fn png_of(qr: &QrCode, scale: usize) -> Option<Vec<u8>> {
    let width = qr.width();
    let modules = width + 2 * MARGIN;
    let colors = qr.to_colors();
    let side = modules * scale;
    let mut pixels = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..modules {
        let mut row = vec![0xFF_u8; side.div_ceil(8)];
        for x in 0..side {
            let (column, module_row) = (x / scale, y);
            let inside = |n: usize| (MARGIN..MARGIN + width).contains(&n);
            let dark = inside(column)
                && inside(module_row)
                && colors.get((module_row - MARGIN) * width + column - MARGIN) == Some(&Color::Dark);
            if let Some(byte) = row.get_mut(x / 8).filter(|_| dark) {
                *byte &= !(0x80 >> (x % 8));
            }
        }
        for _ in 0..scale {
            pixels.extend_from_slice(&row);
        }
    }
    let mut image = Vec::new();
    let side = u32::try_from(side).ok()?;
    let mut encoder = png::Encoder::new(&mut image, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(image)
}

#[cfg(test)]
mod tests {
    use crate::{BrCode, Mode, PixChave};

    fn example() -> BrCode {
        let key = PixChave::parse("123e4567-e12b-12d1-a456-426655440000", Mode::Strict).unwrap();
        BrCode::static_(&key, "Fulano de Tal", "BRASILIA").generate().unwrap()
    }

    #[test]
    fn svg_and_png_have_the_same_modules() {
        let code = example();
        let svg = code.qr_svg(200);
        assert!(svg.contains("<svg") && svg.trim_end().ends_with("</svg>"));

        let png = code.qr_png(3);
        let mut reader = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(frame.width, frame.height);
        assert_eq!(frame.width % 3, 0);
        // The finder pattern begins after four light modules: 12 light pixels, then 21 dark ones.
        let row = &pixels[12 * frame.line_size..13 * frame.line_size];
        let bits: Vec<bool> = (0..40).map(|x| row[x / 8] & (0x80 >> (x % 8)) == 0).collect();
        assert!(bits[..12].iter().all(|dark| !dark));
        assert!(bits[12..33].iter().all(|dark| *dark));
        assert!(!bits[33]);
    }

    #[test]
    fn the_longest_code_still_has_a_qr() {
        let key = PixChave::parse("123e4567-e12b-12d1-a456-426655440000", Mode::Strict).unwrap();
        let name = "\u{1F600}".repeat(25);
        let code = BrCode::static_(&key, &name, "BRASILIA").generate().unwrap();
        assert!(!code.qr_png(1).is_empty());
    }
}
