from ._smartbill import *
