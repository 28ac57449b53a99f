<?php
throw new RuntimeException("crash");
