//! The image of a charge's BR Code, under `/sandbox/cobrancas/{id}/qr.svg` and `.png`.

use smartbill_core::Mode;
use smartbill_core::document::BrCode;

use crate::service::{Answer, RawRequest, Service};

/// The side of an SVG image, and of a module of a PNG image, in pixels.
const SIDE: u16 = 320;
const SCALE: u8 = 6;

impl Service {
    /// Sets the address of the sandbox, without a `/` at its end. Charges then give the address of their QR image.
    pub fn answer_at(&mut self, address: impl Into<String>) {
        self.platform.address = Some(address.into());
    }
}

/// Returns `None` if the request is not for an image.
pub(crate) fn image(service: &Service, request: &RawRequest<'_>, path: &str) -> Option<Answer> {
    let (id, file) = path.strip_prefix("/sandbox/cobrancas/")?.split_once('/').filter(|_| request.method == "GET")?;
    let cobrancas = &service.platform.store.cobrancas;
    let code = cobrancas.get(cobrancas.by_id(id)?)?.pix.as_ref()?.copia_e_cola.as_deref()?;
    let code = BrCode::parse(code, Mode::Strict).ok()?;
    let (kind, body) = match file {
        "qr.svg" => ("image/svg+xml", code.qr_svg(SIDE).into_bytes()),
        "qr.png" => ("image/png", code.qr_png(SCALE)),
        _ => return None,
    };
    let headers = vec![("content-type".to_owned(), kind.to_owned())];
    Some(Answer { status: 200, headers, body: body.into(), fault: None })
}
