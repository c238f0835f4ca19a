"""One module an exchange format; `clairevoie.register.exchange` lists them."""
