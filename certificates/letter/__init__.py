"""The Carta Manifiesto signed on our page with an e.firma whose key never comes here."""
