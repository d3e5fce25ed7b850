package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/store"
)

// ReceiptView is a receipt of a donation as its donor sees it, among all receipts of the donation.
type ReceiptView struct {
	DonorView
	// Shown is the receipt that was asked for, Document its text.
	Shown    fund.IssuedReceipt
	Document receipt.Document
	// All are all receipts of the donation, in the order in which they were issued.
	All []fund.Receipt
}

// GetReceiptView returns a receipt of a donation by the donation's key and the receipt's number; 0 is the last one. NotFound for an invalid key, a
// donation without a receipt, and another donation's number.
func (a *App) GetReceiptView(ctx context.Context, key string, number int64) (v ReceiptView, err error) {
	if v.DonorView, err = a.GetDonorView(ctx, key); err != nil {
		return v, err
	}
	if v.Receipt == nil {
		return v, fault.New(fault.NotFound, "There is no receipt before the money has come.")
	}
	all, err := a.documents(ctx, v.Donation.ID)
	if err != nil {
		return v, err
	}
	for _, one := range all {
		v.All = append(v.All, one.Receipt)
		if one.Number == number || number == 0 && one.ReplacedBy == 0 {
			v.Shown, v.Document = one.IssuedReceipt, one.shown
		}
	}
	if v.Shown.Number == 0 {
		return v, fault.New(fault.NotFound, "This gift has no receipt %d.", number)
	}
	return v, nil
}

// ReceiptFile is a receipt as a PDF.
type ReceiptFile struct {
	Number  int64
	Content []byte
}

// GetReceiptFile returns the PDF of a receipt, as GetReceiptView does. What was handed out once stays the same, byte for byte. The note, "" for none, is
// above a PDF that is made now. A receipt with signs that a PDF cannot show is NotFound.
func (a *App) GetReceiptFile(ctx context.Context, key string, number int64, note func(ReceiptView) string) (ReceiptFile, error) {
	v, err := a.GetReceiptView(ctx, key, number)
	if err != nil {
		return ReceiptFile{}, err
	}
	file := ReceiptFile{Number: v.Shown.Number}
	if file.Content, err = a.store.GetReceiptFile(ctx, v.Shown.CauseID, file.Number); err != nil || file.Content != nil {
		return file, err
	}
	if !v.Document.HasPDF() {
		return file, fault.New(fault.NotFound, "This receipt has signs that a PDF cannot show. Print its page instead.")
	}
	content, err := v.Document.PDF(v.Shown.IssuedAt, note(v))
	if err != nil {
		return file, fmt.Errorf("receipt %d of cause %s: %w", file.Number, v.Shown.CauseID, err)
	}
	err = a.store.Write(ctx, v.Shown.CauseID, func(ctx context.Context, tx *store.Tx) error {
		return tx.KeepReceiptFile(ctx, v.Shown.Receipt, content)
	})
	if err != nil {
		return file, err
	}
	// Another node may have been first.
	file.Content, err = a.store.GetReceiptFile(ctx, v.Shown.CauseID, file.Number)
	return file, err
}

// shownReceipt is an issued receipt with its text.
type shownReceipt struct {
	fund.IssuedReceipt
	shown receipt.Document
}

// documents are all receipts of a donation with their texts, the oldest first. What nobody has looked at before is kept from now on.
func (a *App) documents(ctx context.Context, donation fund.ID) ([]shownReceipt, error) {
	issued, err := a.store.ListIssuedReceipts(ctx, donation)
	if err != nil {
		return nil, err
	}
	kept, err := a.keepDocuments(ctx, issued)
	if err != nil {
		return nil, err
	}
	if kept {
		// Another node may have been first.
		if issued, err = a.store.ListIssuedReceipts(ctx, donation); err != nil {
			return nil, err
		}
	}
	all := make([]shownReceipt, len(issued))
	for i, r := range issued {
		all[i].IssuedReceipt = r
		if all[i].shown, err = receipt.Decode(r.Document); err != nil {
			return nil, fmt.Errorf("receipt %d of cause %s: %w", r.Number, r.CauseID, err)
		}
	}
	return all, nil
}

// keepDocuments composes and keeps the texts that are not kept yet, and reports whether there were any.
func (a *App) keepDocuments(ctx context.Context, issued []fund.IssuedReceipt) (kept bool, err error) {
	for _, r := range issued {
		if r.Document != "" {
			continue
		}
		composed, err := a.profiles.Compose(r)
		if err != nil {
			return kept, fmt.Errorf("receipt %d of cause %s: %w", r.Number, r.CauseID, err)
		}
		text, err := composed.Encode()
		if err != nil {
			return kept, err
		}
		err = a.store.Write(ctx, r.CauseID, func(ctx context.Context, tx *store.Tx) error { return tx.KeepDocument(ctx, r.Receipt, text) })
		if err != nil {
			return kept, err
		}
		kept = true
	}
	return kept, nil
}
