use qrcode::render::svg;
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

use super::BrCode;

/// Light modules around the code that readers need (ISO 18004).
const MARGEM: usize = 4;

impl BrCode {
    /// The QR as an SVG image of at least `lado` pixels a side, with its quiet zone.
    #[must_use]
    pub fn qr_svg(&self, lado: u16) -> String {
        self.qr().map_or_else(String::new, |qr| {
            let lado = u32::from(lado);
            qr.render::<svg::Color<'_>>().min_dimensions(lado, lado).build()
        })
    }

    /// The QR as a PNG image in black and white, with its quiet zone; each module is `escala` pixels a side.
    #[must_use]
    pub fn qr_png(&self, escala: u8) -> Vec<u8> {
        self.qr().and_then(|qr| png_de(&qr, usize::from(escala.max(1)))).unwrap_or_default()
    }

    /// Level M, as BACEN's manual advises. 512 characters of four bytes are 2048 bytes, within the 2331 of level M,
    /// so that there is always a QR.
    fn qr(&self) -> Option<QrCode> {
        QrCode::with_error_correction_level(self.as_str(), EcLevel::M).ok()
    }
}

/// One bit a pixel, rows padded to whole bytes, 1 is white.
fn png_de(qr: &QrCode, escala: usize) -> Option<Vec<u8>> {
    let largura = qr.width();
    let modulos = largura + 2 * MARGEM;
    let cores = qr.to_colors();
    let lado = modulos * escala;
    let mut pixels = Vec::with_capacity(lado * lado.div_ceil(8));
    for y in 0..modulos {
        let mut linha = vec![0xFF_u8; lado.div_ceil(8)];
        for x in 0..lado {
            let (coluna, fileira) = (x / escala, y);
            let dentro = |n: usize| (MARGEM..MARGEM + largura).contains(&n);
            let escuro = dentro(coluna)
                && dentro(fileira)
                && cores.get((fileira - MARGEM) * largura + coluna - MARGEM) == Some(&Color::Dark);
            if let Some(byte) = linha.get_mut(x / 8).filter(|_| escuro) {
                *byte &= !(0x80 >> (x % 8));
            }
        }
        for _ in 0..escala {
            pixels.extend_from_slice(&linha);
        }
    }
    let mut imagem = Vec::new();
    let lado = u32::try_from(lado).ok()?;
    let mut encoder = png::Encoder::new(&mut imagem, lado, lado);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut escritor = encoder.write_header().ok()?;
    escritor.write_image_data(&pixels).ok()?;
    escritor.finish().ok()?;
    Some(imagem)
}

#[cfg(test)]
mod tests {
    use crate::Modo;
    use crate::document::{BrCode, PixChave};

    fn exemplo() -> BrCode {
        let chave = PixChave::parse("123e4567-e12b-12d1-a456-426655440000", Modo::Estrito).unwrap();
        BrCode::estatico(&chave, "Fulano de Tal", "BRASILIA").gerar().unwrap()
    }

    #[test]
    fn svg_and_png_have_the_same_modules() {
        let codigo = exemplo();
        let svg = codigo.qr_svg(200);
        assert!(svg.contains("<svg") && svg.trim_end().ends_with("</svg>"));

        let png = codigo.qr_png(3);
        let mut leitor = png::Decoder::new(std::io::Cursor::new(&png)).read_info().unwrap();
        let mut pixels = vec![0; leitor.output_buffer_size().unwrap()];
        let quadro = leitor.next_frame(&mut pixels).unwrap();
        assert_eq!(quadro.width, quadro.height);
        assert_eq!(quadro.width % 3, 0);
        // The finder pattern begins after four light modules: 12 light pixels, then 21 dark ones.
        let linha = &pixels[12 * quadro.line_size..13 * quadro.line_size];
        let bits: Vec<bool> = (0..40).map(|x| linha[x / 8] & (0x80 >> (x % 8)) == 0).collect();
        assert!(bits[..12].iter().all(|escuro| !escuro));
        assert!(bits[12..33].iter().all(|escuro| *escuro));
        assert!(!bits[33]);
    }

    #[test]
    fn the_longest_code_still_has_a_qr() {
        let chave = PixChave::parse("123e4567-e12b-12d1-a456-426655440000", Modo::Estrito).unwrap();
        let nome = "\u{1F600}".repeat(25);
        let codigo = BrCode::estatico(&chave, &nome, "BRASILIA").gerar().unwrap();
        assert!(!codigo.qr_png(1).is_empty());
    }
}
